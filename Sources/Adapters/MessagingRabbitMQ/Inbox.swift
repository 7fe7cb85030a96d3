import Foundation
import Messaging
import ServiceLifecycle
import Synchronization

/// The messages of one queue that this process holds: between the thread of the connection, which fills it, and the
/// receivers, which empty it.
final class Inbox: Sendable {
    struct Held: Sendable {
        let tag: UInt64
        let message: BrokerMessage
        let delivery: Delivery
        /// A receiver died with it: it is handed out alone, so that it does not drag others along.
        let wasInterrupted: Bool
    }

    private struct State {
        /// Counts channels: what came over one that is gone cannot be settled any more.
        var generation = 0
        var waiting: [Held] = []
        var handedOut: [String: Held] = [:]
        var failure: String? = "there is no connection to the broker yet"
    }

    private let state = Mutex(State())
    let arrival = WakeUp()

    /// Why nothing arrives; nil while the queue is consumed.
    var failure: String? { state.withLock { $0.failure } }

    var counts: (waiting: Int, handedOut: Int) { state.withLock { ($0.waiting.count, $0.handedOut.count) } }

    var holdsInterrupted: Bool {
        state.withLock { state in
            state.waiting.contains(where: \.wasInterrupted) || state.handedOut.values.contains(where: \.wasInterrupted)
        }
    }

    /// The channel is consumed from now on.
    func open() { state.withLock { $0.failure = nil } }

    /// The channel is gone and with it everything it brought: the broker delivers that again.
    func close(_ failure: String) {
        state.withLock { state in
            state.generation += 1
            state.waiting = []
            state.handedOut = [:]
            state.failure = failure
        }
        arrival.wake()
    }

    func add(_ message: BrokerMessage, tag: UInt64) {
        state.withLock { state in
            let interruptions = message.headers.integer(Header.interruptions) ?? 0
            let attempts = message.headers.integer(Header.attempts) ?? 0
            let delivery = Delivery(
                id: message.id.isEmpty ? "unnamed-\(UUID().uuidString)" : message.id, body: message.body,
                attempt: attempts + interruptions + 1, publishedAt: message.headers.date(Header.published) ?? Date(),
                receipt: "\(state.generation)/\(tag)")
            state.waiting.append(
                Held(tag: tag, message: message, delivery: delivery, wasInterrupted: interruptions > 0))
        }
        arrival.wake()
    }

    func take(atMost maximum: Int) -> [Delivery] {
        state.withLock { state in
            guard let first = state.waiting.first else { return [] }
            let taken =
                first.wasInterrupted
                ? [first] : Array(state.waiting.prefix(maximum).prefix { !$0.wasInterrupted })
            state.waiting.removeFirst(taken.count)
            for held in taken { state.handedOut[held.delivery.receipt] = held }
            return taken.map(\.delivery)
        }
    }

    /// What the delivery stands for, once; nil if it was settled before or its channel is gone.
    func remove(_ delivery: Delivery) -> Held? {
        state.withLock { $0.handedOut.removeValue(forKey: delivery.receipt) }
    }

    /// Whether the tag still belongs to the channel that is open.
    func isCurrent(_ held: Held) -> Bool {
        state.withLock { held.delivery.receipt.hasPrefix("\($0.generation)/") }
    }
}
