import Domain
import Foundation
import Logging
import Metrics
import Notifications
import ObjectStorage
import Persistence

/// One channel's turn: its due messages, one after the other, until one fails.
struct ChannelDelivery: Sendable {
    let channel: Channel
    let dependencies: NotifierDependencies

    private var log: Logger { dependencies.logger.with(.channel, channel.id.description) }

    /// Serves the channel's turn and lets others have it.
    func deliverDue() async {
        let pause = await deliverUntilFailure()
        do {
            try await dependencies.outbox.endTurn(of: channel.id, by: dependencies.worker, pausedUntil: pause)
        } catch {
            log.warning("a channel's turn could not be ended: it ends by itself", [.error: "\(error)"])
        }
    }

    /// - Returns: until when to leave the channel alone; nil if all went well.
    private func deliverUntilFailure() async -> Date? {
        do {
            for _ in 0..<dependencies.batch {
                let now = dependencies.now()
                let expiry = now.addingTimeInterval(dependencies.turn / .seconds(1))
                guard !Task.isCancelled,
                    let notification = try await dependencies.outbox.claim(
                        channel: channel.id, by: dependencies.worker, at: now, until: expiry)
                else { return nil }
                if let pause = try await attempt(notification) { return pause }
            }
            return nil
        } catch {
            log.error("cannot write down what was delivered", [.error: "\(error)"])
            return dependencies.now().addingTimeInterval(30)
        }
    }

    private func attempt(_ notification: ChannelNotification) async throws -> Date? {
        let result = try await send(notification)
        // An attempt that ends because the process stops is none.
        if result != .delivered, Task.isCancelled { return dependencies.now() }
        let now = dependencies.now()
        let after = dependencies.schedule.notification(notification, after: result, at: now)
        try await dependencies.outbox.update(after)
        count(result)
        report(after, result)
        if case .gone = result { return try await switchOff(at: now) }
        guard case .retry(_, let asked) = result else { return nil }
        let pause = max(dependencies.channelPause, min(asked ?? .zero, dependencies.schedule.maximumRetryAfter))
        return now.addingTimeInterval(pause / .seconds(1))
    }

    private func send(_ notification: ChannelNotification) async throws -> DeliveryResult {
        if let period = notification.report {
            // Who may see one site is not sent the figures of all.
            guard let (report, siteName) = try await dependencies.reports.report(period) else {
                return .failed(reason: "the site of this report was removed: choose another one for the channel")
            }
            let message = try dependencies.composer.report(report, notification, siteName: siteName, channel: channel)
            return await dependencies.sender.deliver(message, to: channel)
        }
        guard let incident = notification.incident else { return .failed(reason: "the message is about nothing") }
        let alert = try await alert(for: notification, of: incident)
        return await dependencies.sender.deliver(alert, to: channel)
    }

    private func alert(for notification: ChannelNotification, of incident: Incident) async throws -> Alert {
        let camera: Camera? = if let id = incident.cameraID { try await dependencies.cameras.camera(id) } else { nil }
        let showsPicture = channel.kind.takesPictures && notification.event != .closed
        return dependencies.composer.alert(
            for: notification, of: incident, cameraName: camera?.name, channel: channel,
            picture: showsPicture ? await evidence(of: incident) : nil)
    }

    /// Nil if it cannot be had: a message without its picture is better than none.
    private func evidence(of incident: Incident) async -> Data? {
        do {
            guard let id = incident.evidence, let seen = try await dependencies.observations.observation(id) else {
                return nil
            }
            let picture = try await dependencies.pictures.get(seen.objectKey, limit: dependencies.pictureLimit)
            return try await EvidencePicture.make(picture, seen)
        } catch {
            log.warning(
                "the evidence cannot travel with its message",
                [.incident: incident.id.description, .error: "\(error)"])
            return nil
        }
    }

    private func switchOff(at now: Date) async throws -> Date? {
        if try await dependencies.channels.disable(channel.id, at: now) {
            log.warning("the receiver of a channel is gone for good: the channel is switched off")
        }
        return now
    }

    private func count(_ result: DeliveryResult) {
        let text =
            switch result {
            case .delivered: "delivered"
            case .retry: "retry"
            case .failed: "failed"
            case .gone: "gone"
            }
        dependencies.metrics.counter(
            "maskwatch_notifications_total", help: "Attempts to deliver a message, by channel and result.",
            labels: ["channel": channel.id.description, "result": text]
        ).increment()
    }

    private func report(_ notification: ChannelNotification, _ result: DeliveryResult) {
        let fields: [LogKey: String] = [
            .incident: notification.incident?.id.description ?? "", .attempts: String(notification.attempts),
        ]
        switch notification.state {
        case .delivered: log.info("message delivered", fields)
        case .pending:
            log.warning("message not delivered, will be tried again", fields.with(notification.lastError))
        case .failed: log.error("message given up", fields.with(notification.lastError))
        }
    }
}

extension [LogKey: String] {
    fileprivate func with(_ reason: String?) -> Self { merging([.reason: reason ?? ""]) { $1 } }
}
