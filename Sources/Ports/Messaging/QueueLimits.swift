package import Foundation

/// What one queue may hold.
package struct QueueLimits: Sendable {
    /// Messages waiting and in flight.
    package var messages = 10_000
    /// Bytes of their bodies; a broker may have a bound of its own instead.
    package var bytes = 256 << 20
    /// Deliveries of one message before it becomes a dead letter.
    package var attempts = 5
    /// Seconds after which, for an adapter without connections that break, a delivery that was not settled
    /// counts as lost and the message is delivered again.
    package var patience: TimeInterval = 600
    /// Dead letters kept; older ones are dropped.
    package var deadLetters = 1000

    package init() {}
}
