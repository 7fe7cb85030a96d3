package import Domain
package import Foundation
package import Notifications

/// When a message is tried, and again: the schedule of Standard Webhooks, with jitter so that the messages of an outage
/// do not all come back at once.
package struct DeliverySchedule: Sendable {
    /// Seconds after the attempt before. The first attempt is made at once.
    package var delays: [Double] = [
        5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600,
    ]
    /// Longest wait a receiver may ask for.
    package var maximumRetryAfter = Duration.seconds(24 * 3600)

    package init() {}

    /// - Parameters:
    ///   - attempts: made so far, at least 1.
    ///   - retryAfter: what the receiver asked for; the attempt is never earlier.
    ///   - random: drawn from 0..<1; adds up to a tenth.
    /// - Returns: nil if no attempt is left.
    package func nextAttempt(
        after attempts: Int, at now: Date, retryAfter: Duration?, random: Double = .random(in: 0..<1)
    ) -> Date? {
        guard attempts <= delays.count else { return nil }
        let planned = delays[max(attempts, 1) - 1] * (1 + random / 10)
        let asked = min(retryAfter ?? .zero, maximumRetryAfter) / .seconds(1)
        return now.addingTimeInterval(max(planned, asked))
    }

    /// The message after an attempt.
    package func notification(
        _ notification: ChannelNotification, after result: DeliveryResult, at now: Date,
        random: Double = .random(in: 0..<1)
    ) -> ChannelNotification {
        var notification = notification
        notification.attempts += 1
        switch result {
        case .delivered:
            notification.state = .delivered
            notification.deliveredAt = now
            notification.lastError = nil
        case .retry(let reason, let after):
            notification.lastError = reason
            let next = nextAttempt(after: notification.attempts, at: now, retryAfter: after, random: random)
            if let next { notification.nextAttemptAt = next } else { notification.state = .failed }
        case .failed(let reason), .gone(let reason):
            notification.lastError = reason
            notification.state = .failed
        }
        return notification
    }
}
