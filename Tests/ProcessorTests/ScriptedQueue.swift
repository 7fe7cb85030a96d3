import Domain
import Foundation
import Messaging
import Synchronization

/// A queue in memory that delivers retried messages at once, so that no test waits, and remembers what was done to it.
final class ScriptedQueue: WorkQueue {
    let name: String
    private let state = Mutex(State())
    private static let maximumAttempts = 5

    private struct State {
        var ready: [(message: QueueMessage, attempts: Int)] = []
        var inFlight: [String: (message: QueueMessage, attempts: Int)] = [:]
        var dead: [DeadLetter] = []
        var retries: [DeadLetter.Reason] = []
        var released = 0
        var refusals = 0
        var onRetry: (@Sendable (String) async throws -> Void)?
    }

    init(name: String) { self.name = name }

    var isEmpty: Bool { state.withLock { $0.ready.isEmpty && $0.inFlight.isEmpty } }
    var waiting: Int { state.withLock { $0.ready.count } }
    var inFlight: Int { state.withLock { $0.inFlight.count } }
    var dead: [DeadLetter] { state.withLock { $0.dead } }
    var retries: [DeadLetter.Reason] { state.withLock { $0.retries } }
    var released: Int { state.withLock { $0.released } }

    func bodies<Value: Decodable>(_ type: Value.Type) -> [Value] {
        state.withLock { $0.ready.map(\.message.body) }.compactMap { try? JSON.decode(type, from: $0) }
    }

    /// The next messages are refused because the queue is full.
    func refuse(times: Int) { state.withLock { $0.refusals = times } }

    func onRetry(_ body: @escaping @Sendable (String) async throws -> Void) { state.withLock { $0.onRetry = body } }

    /// As if every waiting message had been delivered once already.
    func countAsRedelivered() { state.withLock { for index in $0.ready.indices { $0.ready[index].attempts = 1 } } }

    func publish(_ message: QueueMessage) async throws {
        try state.withLock { state in
            if state.refusals > 0 {
                state.refusals -= 1
                throw QueueError(.full, "scripted refusal")
            }
            state.ready.append((message, 0))
        }
    }

    func receive(atMost maximum: Int, wait: Duration) async throws -> [Delivery] {
        let deliveries = state.withLock { state in
            let taken = state.ready.prefix(maximum)
            state.ready.removeFirst(taken.count)
            return taken.map { entry in
                state.inFlight[entry.message.id] = (entry.message, entry.attempts + 1)
                return Delivery(
                    id: entry.message.id, body: entry.message.body, attempt: entry.attempts + 1,
                    publishedAt: Date(), receipt: entry.message.id)
            }
        }
        if deliveries.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        return deliveries
    }

    func acknowledge(_ delivery: Delivery) async throws { state.withLock { $0.inFlight[delivery.receipt] = nil } }

    func retry(_ delivery: Delivery, after delay: Duration, reason: DeadLetter.Reason) async throws {
        if delivery.attempt >= Self.maximumAttempts { return try await deadLetter(delivery, reason: reason) }
        try await state.withLock { $0.onRetry }?(delivery.id)
        state.withLock { state in
            state.retries.append(reason)
            if let entry = state.inFlight.removeValue(forKey: delivery.receipt) { state.ready.append(entry) }
        }
    }

    func deadLetter(_ delivery: Delivery, reason: DeadLetter.Reason) async throws {
        state.withLock { state in
            guard let entry = state.inFlight.removeValue(forKey: delivery.receipt) else { return }
            state.dead.append(
                DeadLetter(
                    id: delivery.id, queue: name, body: entry.message.body, attempts: entry.attempts, reason: reason,
                    diedAt: Date()))
        }
    }

    func release(_ delivery: Delivery) async throws {
        state.withLock { state in
            state.released += 1
            guard let entry = state.inFlight.removeValue(forKey: delivery.receipt) else { return }
            state.ready.insert((entry.message, entry.attempts - 1), at: 0)
        }
    }

    func depth() async throws -> QueueDepth {
        QueueDepth(ready: waiting, inFlight: inFlight, dead: dead.count, oldest: nil)
    }

    func totals() async throws -> QueueTotals? { nil }

    func deadLetters(limit: Int) async throws -> [DeadLetter] { dead }

    func revive(_ messageID: String) async throws -> Bool { false }
}
