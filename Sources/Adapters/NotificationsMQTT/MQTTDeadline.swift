import Foundation
import Synchronization

/// Until when to wait for a broker: up to a time, or until nobody wants it any more.
final class MQTTDeadline: Sendable {
    private let time: ContinuousClock.Instant
    private let isCancelled = Mutex(false)

    init(in limit: Duration) { time = .now + limit }

    func cancel() { isCancelled.withLock { $0 = true } }

    /// - Throws: `MQTTError` when it is over.
    func check() throws(MQTTError) {
        if isCancelled.withLock({ $0 }) { throw MQTTError("the message was cancelled") }
        if ContinuousClock.now >= time { throw MQTTError("the broker did not answer in time") }
    }
}
