package import Foundation
package import Messaging
import SQLite
import ServiceLifecycle

/// The file that holds all queues of a system that is one process.
package final class QueueDatabase: Sendable {
    let database: Database
    let now: @Sendable () -> Date
    // Held, never read: the lock ends with this value.
    private let lock: ProcessLock

    /// Opens or creates the file and makes everything that was in flight deliverable again.
    /// - Parameter now: the clock by which messages wait and expire.
    /// - Throws: `QueueError` with `.unavailable`: in use by another process, damaged, written by a newer version.
    package static func open(
        path: String, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> QueueDatabase {
        try await translatingErrors {
            guard let lock = try ProcessLock(path: path + ".lock") else { throw inUse(path) }
            let database = try await Database.open(path: path)
            do {
                try await database.write { connection in
                    try QueueSchema.prepare(connection)
                    try recover(connection, at: now())
                }
            } catch let error as NewerQueueFileError {
                throw QueueError(
                    .unavailable,
                    "the queue file \(path) has schema \(error.found), this version knows \(QueueSchema.version): start the newer version of Maskwatch"
                )
            }
            return QueueDatabase(database: database, lock: lock, now: now)
        }
    }

    private init(database: Database, lock: ProcessLock, now: @escaping @Sendable () -> Date) {
        self.database = database
        self.lock = lock
        self.now = now
    }

    /// The queue of this name; ask once for each, its receivers are woken by its own publishers only.
    package func queue(_ name: String, limits: QueueLimits = QueueLimits()) async throws -> SQLiteWorkQueue {
        try await translatingErrors {
            try await database.write { try $0.run("INSERT OR IGNORE INTO queues (name) VALUES (?1)", name) }
            return SQLiteWorkQueue(name: name, limits: limits, owner: self)
        }
    }

    private static func inUse(_ path: String) -> QueueError {
        QueueError(
            .unavailable,
            "the queue file \(path) is in use by another process: stop that one, or give queue.url a broker that processes can share"
        )
    }

    private static func recover(_ connection: Connection, at now: Date) throws {
        try connection.run(
            "UPDATE messages SET is_in_flight = 0, interrupted = 1, visible_at = ?1 WHERE is_in_flight = 1", now)
        try connection.run("UPDATE queues SET ready = ready + in_flight, in_flight = 0")
    }
}

/// Runs `body` and turns what storage throws into `QueueError`.
func translatingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as SQLiteError {
        throw QueueError(.unavailable, "the queue cannot be used: \(error)")
    } catch let error as CocoaError {
        throw QueueError(
            .unavailable, "the queue cannot be used: its lock file cannot be written: \(error.filePath ?? "")")
    }
}
