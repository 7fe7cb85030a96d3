import Foundation
import Persistence
import PostgreSQL

/// What every repository works with.
struct Tables: Sendable {
    let database: Database
    let sealer: any SecretSealer
    /// The clock of tests; nil: the server's, which all workers share.
    let clock: (@Sendable () -> Date)?
    let partitions = KnownPartitions()
    let rules = RuleCache()

    /// When messages are made; never compared with another machine's clock.
    var now: Date { clock?() ?? Date() }

    @discardableResult
    func write<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await translatingErrors { try await database.write(body) }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await translatingErrors { try await database.read(body) }
    }
}

/// Runs `body` and turns what PostgreSQL says into `PersistenceError`.
func translatingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as PostgreSQLError { throw PersistenceError(error) }
}

/// Numbers of advisory locks, which are the same in every version.
enum AdvisoryLock {
    static let migration = 7_105_941_330_000_001
    /// Shared by those who record, alone for who reviews.
    static let review = 7_105_941_330_000_002
    /// Held by the one who reviews, so that another does not wait for it.
    static let reviewer = 7_105_941_330_000_003

    /// One camera's pictures are recorded one after the other. Two cameras that share a number only wait for each other.
    static func camera(_ id: UUID) -> Int {
        let bytes = id.uuid
        let tail = [bytes.9, bytes.10, bytes.11, bytes.12, bytes.13, bytes.14, bytes.15]
        return tail.reduce(0) { $0 << 8 | Int($1) }
    }
}
