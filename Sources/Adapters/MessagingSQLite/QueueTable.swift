import Foundation
import Messaging
import SQLite

/// The statements of one queue, inside a transaction. The counts in `queues` change with every row.
struct QueueTable {
    let name: String
    let limits: QueueLimits
    let connection: Connection

    /// A delay beyond this means that the clock was set back: the message is delivered.
    static let maximumDelay: TimeInterval = 3600

    /// How long an acknowledged message is remembered: longer than a process takes to start again.
    static let settledMemory: TimeInterval = 3600

    func add(_ message: QueueMessage, at now: Date) throws {
        guard try !isKnown(message.id) else { return }
        try requireRoom(for: message.body.count)
        try insert(message.id, message.body, at: now)
        try connection.run("UPDATE queues SET published = published + 1 WHERE name = ?1", name)
    }

    /// Whether the message waits, was acknowledged lately, or is a dead letter.
    private func isKnown(_ id: String) throws -> Bool {
        try connection.value(
            """
            SELECT 1 FROM messages WHERE queue = ?1 AND id = ?2
            UNION ALL SELECT 1 FROM settled WHERE queue = ?1 AND id = ?2
            UNION ALL SELECT 1 FROM dead_letters WHERE queue = ?1 AND id = ?2 LIMIT 1
            """, name, id, as: Int.self) != nil
    }

    private func requireRoom(for bytes: Int) throws {
        let used = try connection.first("SELECT ready + in_flight, bytes FROM queues WHERE name = ?1", name) { row in
            (messages: try row(0, as: Int.self), bytes: try row(1, as: Int.self))
        }
        guard let used, used.messages < limits.messages, used.bytes + bytes <= limits.bytes else {
            throw QueueError(.full, "the queue \(name) is full: \(used?.messages ?? 0) messages wait to be worked on")
        }
    }

    func insert(_ id: String, _ body: Data, at now: Date) throws {
        try connection.run(
            "INSERT INTO messages (queue, id, body, published_at, visible_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            name, id, body, now)
        try connection.run(
            "UPDATE queues SET ready = ready + 1, bytes = bytes + ?2 WHERE name = ?1", name, body.count)
    }

    /// Takes the oldest messages whose time has come. One whose delivery was interrupted by the death of the process may
    /// be what killed it: it is delivered alone, so that it does not drag others along.
    func take(atMost maximum: Int, at now: Date) throws -> [Delivery] {
        try reclaim(at: now)
        var taken: [Delivery] = []
        for candidate in try candidates(atMost: maximum, at: now) {
            if candidate.isInterrupted {
                guard taken.isEmpty, try !isInterruptedInFlight() else { continue }
            }
            if candidate.attempts >= limits.attempts {
                try bury(candidate.message(in: name), reason: .tooManyAttempts, at: now)
                continue
            }
            try connection.run(
                "UPDATE messages SET is_in_flight = 1, attempts = attempts + 1, visible_at = ?2 WHERE number = ?1",
                candidate.number, now + limits.patience)
            taken.append(candidate.delivery)
            if candidate.isInterrupted { break }
        }
        guard !taken.isEmpty else { return [] }
        try connection.run(
            "UPDATE queues SET ready = ready - ?2, in_flight = in_flight + ?2 WHERE name = ?1", name, taken.count)
        return taken
    }

    /// Takes back what a receiver has neither settled nor given back in time.
    private func reclaim(at now: Date) throws {
        let count = try connection.run(
            "UPDATE messages SET is_in_flight = 0 WHERE queue = ?1 AND is_in_flight = 1 AND visible_at <= ?2", name, now
        )
        guard count > 0 else { return }
        try connection.run(
            "UPDATE queues SET ready = ready + ?2, in_flight = in_flight - ?2 WHERE name = ?1", name, count)
    }

    private func candidates(atMost maximum: Int, at now: Date) throws -> [Candidate] {
        try connection.rows(
            """
            SELECT number, id, body, published_at, attempts, interrupted FROM messages
            WHERE queue = ?1 AND is_in_flight = 0 AND (visible_at <= ?2 OR visible_at > ?3)
            ORDER BY number LIMIT ?4
            """, name, now, now + Self.maximumDelay, maximum
        ) { row in
            Candidate(
                number: try row(0), id: try row(1), body: try row(2), publishedAt: try row(3), attempts: try row(4),
                isInterrupted: try row(5))
        }
    }

    private func isInterruptedInFlight() throws -> Bool {
        try connection.value(
            "SELECT 1 FROM messages WHERE queue = ?1 AND is_in_flight = 1 AND interrupted = 1 LIMIT 1", name,
            as: Int.self) != nil
    }

    /// When the next delayed message can be delivered.
    func nextVisible(after now: Date) throws -> Date? {
        try connection.value(
            "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND is_in_flight = 0 AND visible_at > ?2", name, now,
            as: Date?.self) ?? nil
    }

    /// The message of a delivery that is still the latest one of it; nil if it was settled already.
    func held(_ delivery: Delivery) throws -> HeldMessage? {
        guard let number = Int(delivery.receipt) else { return nil }
        return try connection.first(
            """
            SELECT id, body, attempts, interrupted FROM messages
            WHERE number = ?1 AND queue = ?2 AND is_in_flight = 1 AND attempts = ?3
            """, number, name, delivery.attempt
        ) { row in
            HeldMessage(
                number: number, id: try row(0), body: try row(1), attempts: try row(2), isInFlight: true,
                isInterrupted: try row(3))
        }
    }

    func remove(_ message: HeldMessage) throws {
        try connection.run("DELETE FROM messages WHERE number = ?1", message.number)
        if message.isInFlight {
            try connection.run(
                "UPDATE queues SET in_flight = in_flight - 1, bytes = bytes - ?2 WHERE name = ?1", name,
                message.body.count)
        } else {
            try connection.run(
                "UPDATE queues SET ready = ready - 1, bytes = bytes - ?2 WHERE name = ?1", name, message.body.count)
        }
    }

    func acknowledge(_ message: HeldMessage, at now: Date) throws {
        try remove(message)
        try connection.run(
            "INSERT OR REPLACE INTO settled (queue, id, settled_at) VALUES (?1, ?2, ?3)", name, message.id, now)
        try connection.run(
            "DELETE FROM settled WHERE queue = ?1 AND settled_at < ?2", name, now - Self.settledMemory)
        try connection.run("UPDATE queues SET acknowledged = acknowledged + 1 WHERE name = ?1", name)
    }

    /// Back into the queue at its old place.
    func putBack(_ message: HeldMessage, visibleAt: Date, attempts: Int) throws {
        try connection.run(
            "UPDATE messages SET is_in_flight = 0, interrupted = 0, visible_at = ?2, attempts = ?3 WHERE number = ?1",
            message.number, visibleAt, attempts)
        try connection.run(
            "UPDATE queues SET ready = ready + 1, in_flight = in_flight - 1 WHERE name = ?1", name)
    }
}

extension QueueTable {
    /// A message in the table, in flight or waiting.
    struct HeldMessage {
        let number: Int
        let id: String
        let body: Data
        let attempts: Int
        let isInFlight: Bool
        let isInterrupted: Bool
    }

    private struct Candidate {
        let number: Int
        let id: String
        let body: Data
        let publishedAt: Date
        let attempts: Int
        let isInterrupted: Bool

        var delivery: Delivery {
            Delivery(id: id, body: body, attempt: attempts + 1, publishedAt: publishedAt, receipt: String(number))
        }

        func message(in queue: String) -> HeldMessage {
            HeldMessage(
                number: number, id: id, body: body, attempts: attempts, isInFlight: false,
                isInterrupted: isInterrupted)
        }
    }
}

extension DeadLetter.Reason {
    static let tooManyAttempts = DeadLetter.Reason(
        code: "attempts", message: "It was tried too often; the process ended each time while working on it.")
}

extension QueueTable {
    /// When the oldest waiting message was published.
    func oldest() throws -> Date? {
        try connection.value(
            "SELECT published_at FROM messages WHERE queue = ?1 AND is_in_flight = 0 ORDER BY number LIMIT 1", name)
    }

    /// Reads ready, in_flight, dead, published, acknowledged, failed, expired.
    func counts<Value>(_ read: (Row) throws -> Value) throws -> Value {
        let counts = try connection.first(
            "SELECT ready, in_flight, dead, published, acknowledged, failed, expired FROM queues WHERE name = ?1",
            name, read: read)
        guard let counts else { throw QueueError(.unavailable, "the queue \(name) is not in its file any more") }
        return counts
    }
}
