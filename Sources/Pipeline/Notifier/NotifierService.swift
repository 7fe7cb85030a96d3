package import Domain
package import Foundation
package import Logging
package import Metrics
package import Notifications
package import ObjectStorage
package import Persistence
import ServiceLifecycle
import Synchronization

/// Delivers the outbox: each channel by itself, its messages in their order, so that a slow receiver delays nobody else.
/// A message that was delivered but could not be written down is delivered again, under the same identity.
package final class NotifierService: Service {
    package let name = "notifier"
    private let dependencies: NotifierDependencies
    /// Channels that are served at the moment.
    private let busy = Mutex<Set<ChannelID>>([])

    package init(_ dependencies: NotifierDependencies) { self.dependencies = dependencies }

    package func run() async throws {
        await withDiscardingTaskGroup { group in
            var failures = 0
            while !Task.isCancelled {
                do {
                    for channel in try await channelsToServe() { group.addTask { await self.serve(channel) } }
                    failures = 0
                } catch {
                    failures += 1
                    if failures == 1 { log.error("cannot read the outbox", [.error: "\(error)"]) }
                }
                let wait = failures == 0 ? dependencies.interval : RetryPolicy().delay(attempt: failures)
                try? await dependencies.pause(wait)
            }
        }
    }

    /// Delivers what is due now and waits until it is done.
    package func deliverDue() async throws {
        let channels = try await channelsToServe()
        await withDiscardingTaskGroup { group in
            for channel in channels { group.addTask { await self.serve(channel) } }
        }
    }

    private var log: Logger { dependencies.logger }

    /// Channels with messages that are due, each marked busy.
    private func channelsToServe() async throws -> [Channel] {
        let due = try await dependencies.outbox.channelsToServe(by: dependencies.worker, at: dependencies.now())
        guard !due.isEmpty else { return [] }
        let channels = try await dependencies.channels.channels().filter { due.contains($0.id) }
        return busy.withLock { busy in channels.filter { busy.insert($0.id).inserted } }
    }

    private func serve(_ channel: Channel) async {
        await ChannelDelivery(channel: channel, dependencies: dependencies).deliverDue()
        busy.withLock { _ = $0.remove(channel.id) }
    }
}

/// What the notifier needs.
package struct NotifierDependencies: Sendable {
    package var outbox: any OutboxRepository
    package var channels: any ChannelRepository
    package var cameras: any CameraRepository
    package var observations: any ObservationRepository
    package var pictures: any ObjectStore
    package var reports: ReportSource
    package var composer: MessageComposer
    package var sender: any NotificationChannel
    package var metrics: MetricsRegistry
    package var logger: Logger
    package var schedule = DeliverySchedule()
    /// Between two looks into the outbox.
    package var interval = Duration.seconds(1)
    /// Least pause of a channel after a failed attempt.
    package var channelPause = Duration.seconds(5)
    /// Who this notifier is among others on the same database.
    package var worker = WorkerID()
    /// How long a message may take before others may send it: longer than any attempt.
    package var turn = Duration.seconds(180)
    /// Messages of one channel sent in a row.
    package var batch = 20
    /// Largest picture of the store that is read, in bytes.
    package var pictureLimit = 32 << 20
    package var now: @Sendable () -> Date = { Date() }
    /// Waits; throws when the task is cancelled.
    package var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    package init(
        _ database: any Repositories, pictures: any ObjectStore, composer: MessageComposer,
        sender: any NotificationChannel, metrics: MetricsRegistry, logger: Logger
    ) {
        outbox = database.outbox
        channels = database.channels
        cameras = database.cameras
        observations = database.observations
        reports = ReportSource(database)
        self.pictures = pictures
        self.composer = composer
        self.sender = sender
        self.metrics = metrics
        self.logger = logger
    }
}
