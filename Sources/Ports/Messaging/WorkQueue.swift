package import Foundation

/// A durable, bounded queue of work. Delivery is at least once: a message that was received and neither acknowledged nor
/// rejected is delivered again after its receiver died.
package protocol WorkQueue: Sendable {
    /// `snapshots` or `observations`.
    var name: String { get }

    /// Returns when the message is safe. A queue that keeps its messages itself does not add one twice whose `id` still
    /// waits; a broker does: what comes out of a queue is always worked on by its `id`.
    /// - Throws: `QueueError`, `.full` when the queue has reached its bound, exactly or, at a broker, about: it may count
    ///   waiting messages only and refuse a few too late. `.unavailable` when it cannot be reached or takes no messages.
    func publish(_ message: QueueMessage) async throws

    /// Up to `maximum` messages, oldest first; waits up to `wait` for the first one and returns an empty list after that.
    /// - Throws: `QueueError`, `.unavailable` when nothing can be received; a broker's queue waits first.
    func receive(atMost maximum: Int, wait: Duration) async throws -> [Delivery]

    /// The work is done and its result is safe.
    func acknowledge(_ delivery: Delivery) async throws

    /// The work failed and may succeed later. After `maximumAttempts` deliveries the message becomes a dead letter. A
    /// broker may round the delay up, to ten minutes at most.
    func retry(_ delivery: Delivery, after delay: Duration, reason: DeadLetter.Reason) async throws

    /// The work failed for good.
    func deadLetter(_ delivery: Delivery, reason: DeadLetter.Reason) async throws

    /// The work was not begun, for example because the process stops: deliver it again at once, uncounted. At a broker it
    /// goes to the end of the queue.
    func release(_ delivery: Delivery) async throws

    func depth() async throws -> QueueDepth

    /// What has become of the messages since the queue exists; nil if the adapter keeps no such count.
    func totals() async throws -> QueueTotals?

    /// Newest first.
    func deadLetters(limit: Int) async throws -> [DeadLetter]

    /// Puts a dead letter back into the queue with no attempts counted; false if it is gone.
    func revive(_ messageID: String) async throws -> Bool
}

package struct QueueMessage: Hashable, Sendable {
    /// The snapshot's identity: the idempotency key.
    package let id: String
    /// JSON; at most `maximumBytes`.
    package let body: Data

    package static let maximumBytes = 1 << 20

    package init(id: String, body: Data) {
        self.id = id
        self.body = body
    }
}

/// One message in the hands of one receiver.
package struct Delivery: Hashable, Sendable {
    package let id: String
    package let body: Data
    /// 1 for the first delivery.
    package let attempt: Int
    package let publishedAt: Date
    /// What the queue knows this delivery by; only the queue that made it reads it.
    package let receipt: String

    package init(id: String, body: Data, attempt: Int, publishedAt: Date, receipt: String) {
        self.id = id
        self.body = body
        self.attempt = attempt
        self.publishedAt = publishedAt
        self.receipt = receipt
    }
}

/// A message that could not be worked on, kept for a person to look at.
package struct DeadLetter: Hashable, Sendable {
    package struct Reason: Hashable, Sendable, Codable {
        /// A word for programs: `picture_invalid`, `object_gone`, `expired`, `message_invalid`, `attempts`, ...
        package let code: String
        /// A sentence for people.
        package let message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    package let id: String
    package let queue: String
    package let body: Data
    package let attempts: Int
    package let reason: Reason
    package let diedAt: Date

    package init(id: String, queue: String, body: Data, attempts: Int, reason: Reason, diedAt: Date) {
        self.id = id
        self.queue = queue
        self.body = body
        self.attempts = attempts
        self.reason = reason
        self.diedAt = diedAt
    }
}

package struct QueueDepth: Hashable, Sendable {
    /// Waiting, including those that wait for a retry.
    package let ready: Int
    /// Received and not yet acknowledged; at a broker, by this process.
    package let inFlight: Int
    package let dead: Int
    /// When the oldest waiting message was published; nil also if the adapter does not know.
    package let oldest: Date?

    package init(ready: Int, inFlight: Int, dead: Int, oldest: Date?) {
        self.ready = ready
        self.inFlight = inFlight
        self.dead = dead
        self.oldest = oldest
    }
}

/// Counts that outlive the process. At all times `published` = waiting + in flight + the others here.
package struct QueueTotals: Hashable, Sendable {
    /// Messages that were added; one that was there already counts once.
    package let published: Int
    package let acknowledged: Int
    /// Dead letters of any reason but `expired`, also those that are no longer kept.
    package let failed: Int
    /// Dead letters with the reason `expired`.
    package let expired: Int

    package init(published: Int, acknowledged: Int, failed: Int, expired: Int) {
        self.published = published
        self.acknowledged = acknowledged
        self.failed = failed
        self.expired = expired
    }
}

package struct QueueError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case full, messageTooLarge, unavailable, closed
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
