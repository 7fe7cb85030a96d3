import Foundation
package import Messaging
import SQLite
import ServiceLifecycle
import Synchronization

/// One queue in a SQLite file: durable, bounded, for the receivers of one process.
package final class SQLiteWorkQueue: WorkQueue {
    package let name: String
    private let limits: QueueLimits
    private let owner: QueueDatabase
    private let arrival = WakeUp()
    /// Deliveries that could not be settled, for example because the disk was full: they go back when it works again.
    private let unsettled = Mutex<[Delivery]>([])

    init(name: String, limits: QueueLimits, owner: QueueDatabase) {
        self.name = name
        self.limits = limits
        self.owner = owner
    }

    package func publish(_ message: QueueMessage) async throws {
        guard message.body.count <= QueueMessage.maximumBytes else {
            throw QueueError(
                .messageTooLarge,
                "the message has \(message.body.count) bytes, at most \(QueueMessage.maximumBytes) are allowed")
        }
        try await write { table, now in try table.add(message, at: now) }
        arrival.wake()
    }

    /// A cancelled task gets an empty list.
    package func receive(atMost maximum: Int, wait: Duration) async throws -> [Delivery] {
        let deadline = ContinuousClock.now + wait
        try await giveBackUnsettled()
        while !Task.isCancelled {
            let generation = arrival.generation
            let taken = try await write { table, now in
                let deliveries = try table.take(atMost: max(1, maximum), at: now)
                let next = deliveries.isEmpty ? try table.nextVisible(after: now) : nil
                return (deliveries, untilNext: next.map { $0.timeIntervalSince(now) })
            }
            if !taken.0.isEmpty { return taken.0 }
            let left = deadline - .now
            guard left > .zero else { return [] }
            let pause = taken.untilNext.map { min(left, .seconds(max($0, 0.001))) } ?? left
            await arrival.sleep(since: generation, atMost: pause)
        }
        return []
    }

    package func acknowledge(_ delivery: Delivery) async throws {
        try await settle(delivery) { table, message, now in try table.acknowledge(message, at: now) }
    }

    package func retry(_ delivery: Delivery, after delay: Duration, reason: DeadLetter.Reason) async throws {
        let limit = limits.attempts
        try await settle(delivery) { table, message, now in
            guard message.attempts < limit else { return try table.bury(message, reason: reason, at: now) }
            let seconds = min(max(delay / .seconds(1), 0), QueueTable.maximumDelay)
            try table.putBack(message, visibleAt: now + seconds, attempts: message.attempts)
        }
        arrival.wake()
    }

    package func deadLetter(_ delivery: Delivery, reason: DeadLetter.Reason) async throws {
        try await settle(delivery) { table, message, now in try table.bury(message, reason: reason, at: now) }
    }

    package func release(_ delivery: Delivery) async throws {
        try await settle(delivery) { table, message, now in
            try table.putBack(message, visibleAt: now, attempts: message.attempts - 1)
        }
        arrival.wake()
    }

    package func depth() async throws -> QueueDepth {
        try await read { table in
            let oldest = try table.oldest()
            return try table.counts { row in
                QueueDepth(ready: try row(0), inFlight: try row(1), dead: try row(2), oldest: oldest)
            }
        }
    }

    package func totals() async throws -> QueueTotals? {
        try await read { table in
            try table.counts { row in
                QueueTotals(
                    published: try row(3), acknowledged: try row(4), failed: try row(5), expired: try row(6))
            }
        }
    }

    package func deadLetters(limit: Int) async throws -> [DeadLetter] {
        try await read { try $0.deadLetters(limit: limit) }
    }

    package func revive(_ messageID: String) async throws -> Bool {
        let isBack = try await write { table, now in try table.revive(messageID, at: now) }
        arrival.wake()
        return isBack
    }

    /// Does nothing if the delivery was settled before, or the message was delivered again since.
    private func settle(
        _ delivery: Delivery, _ body: @escaping @Sendable (QueueTable, QueueTable.HeldMessage, Date) throws -> Void
    ) async throws {
        do {
            let letsOthersGo = try await write { table, now in
                guard let message = try table.held(delivery) else { return false }
                try body(table, message, now)
                return message.isInterrupted
            }
            if letsOthersGo { arrival.wake() }
        } catch {
            unsettled.withLock { $0.append(delivery) }
            throw error
        }
    }

    private func giveBackUnsettled() async throws {
        let deliveries = unsettled.withLock { unsettled in
            defer { unsettled = [] }
            return unsettled
        }
        guard !deliveries.isEmpty else { return }
        do {
            try await write { table, now in
                for message in try deliveries.compactMap(table.held) {
                    try table.putBack(message, visibleAt: now, attempts: message.attempts - 1)
                }
            }
        } catch {
            unsettled.withLock { $0 += deliveries }
            throw error
        }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (QueueTable, Date) throws -> Value
    ) async throws -> Value {
        let (name, limits, now) = (name, limits, owner.now)
        return try await translatingErrors {
            try await owner.database.write { connection in
                try body(QueueTable(name: name, limits: limits, connection: connection), now())
            }
        }
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (QueueTable) throws -> Value) async throws -> Value {
        let (name, limits) = (name, limits)
        return try await translatingErrors {
            try await owner.database.read { connection in
                try body(QueueTable(name: name, limits: limits, connection: connection))
            }
        }
    }
}
