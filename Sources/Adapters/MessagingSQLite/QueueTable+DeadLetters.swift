import Foundation
import Messaging
import SQLite

extension QueueTable {
    static let expired = "expired"

    /// Moves a message to the dead letters and drops the oldest ones beyond the limit.
    func bury(_ message: HeldMessage, reason: DeadLetter.Reason, at now: Date) throws {
        try remove(message)
        _ = try unbury(message.id)
        try connection.run(
            """
            INSERT INTO dead_letters (queue, id, body, attempts, code, message, died_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, name, message.id, message.body, message.attempts, reason.code, reason.message, now)
        try count(reason.code, by: 1)
        try dropOldest()
    }

    /// Back into the queue as if it had never been tried.
    func revive(_ id: String, at now: Date) throws -> Bool {
        guard let body = try unbury(id) else { return false }
        let waits = try connection.value(
            "SELECT 1 FROM messages WHERE queue = ?1 AND id = ?2", name, id, as: Int.self)
        if waits == nil {
            try insert(id, body, at: now)
        } else {
            // The same message was published again meanwhile: both are one from now on.
            try connection.run("UPDATE queues SET published = published - 1 WHERE name = ?1", name)
        }
        return true
    }

    /// Newest first.
    func deadLetters(limit: Int) throws -> [DeadLetter] {
        try connection.rows(
            """
            SELECT id, body, attempts, code, message, died_at FROM dead_letters
            WHERE queue = ?1 ORDER BY number DESC LIMIT ?2
            """, name, limit
        ) { row in
            DeadLetter(
                id: try row(0), queue: name, body: try row(1), attempts: try row(2),
                reason: DeadLetter.Reason(code: try row(3), message: try row(4)), diedAt: try row(5))
        }
    }

    /// Takes a dead letter out and takes back its count.
    private func unbury(_ id: String) throws -> Data? {
        let found = try connection.first(
            "SELECT body, code FROM dead_letters WHERE queue = ?1 AND id = ?2", name, id
        ) { row in (body: try row(0, as: Data.self), code: try row(1, as: String.self)) }
        guard let found else { return nil }
        try connection.run("DELETE FROM dead_letters WHERE queue = ?1 AND id = ?2", name, id)
        try count(found.code, by: -1)
        return found.body
    }

    private func count(_ code: String, by change: Int) throws {
        if code == Self.expired {
            try connection.run(
                "UPDATE queues SET dead = dead + ?2, expired = expired + ?2 WHERE name = ?1", name, change)
        } else {
            try connection.run(
                "UPDATE queues SET dead = dead + ?2, failed = failed + ?2 WHERE name = ?1", name, change)
        }
    }

    private func dropOldest() throws {
        let kept = try connection.value("SELECT dead FROM queues WHERE name = ?1", name, as: Int.self) ?? 0
        guard kept > limits.deadLetters else { return }
        let dropped = try connection.run(
            """
            DELETE FROM dead_letters WHERE number IN
            (SELECT number FROM dead_letters WHERE queue = ?1 ORDER BY number LIMIT ?2)
            """, name, kept - limits.deadLetters)
        try connection.run("UPDATE queues SET dead = dead - ?2 WHERE name = ?1", name, dropped)
    }
}
