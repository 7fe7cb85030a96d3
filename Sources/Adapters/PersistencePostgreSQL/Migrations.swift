import Foundation
import Persistence
import PostgreSQL

/// Brings a database forward to this version's schema, one numbered step after the other; never back.
enum Migrations {
    /// Step n makes schema n of schema n - 1. A step that was released never changes.
    static let steps: [[StaticString]] = [SchemaOne.statements, SchemaTwo.statements, SchemaThree.statements]

    static var newest: Int { steps.count }

    /// A database that is up to date is only read, so that a process without the right to make tables can start.
    static func run(_ tables: Tables) async throws {
        let found = try await tables.read { try version(of: $0) }
        try requireKnown(found)
        guard found < newest else { return }
        let now = tables.now
        try await tables.write { connection in
            // Others may take as long as a migration does.
            try connection.run(
                "SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)")
            try connection.run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.migration)
            try migrate(connection, at: now)
        }
    }

    private static func migrate(_ connection: Connection, at time: Date) throws {
        try connection.run(
            "CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, applied_at timestamptz NOT NULL)")
        let found = try version(of: connection)
        try requireKnown(found)
        for (index, statements) in steps.enumerated().dropFirst(found) {
            for statement in statements { try connection.run(statement) }
            try connection.run("INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)", index + 1, time)
        }
    }

    static func requireKnown(_ found: Int) throws {
        guard found <= newest else { throw PersistenceError.schemaTooNew(found, newest: newest) }
    }

    /// 0 for an empty database.
    static func version(of connection: Connection) throws -> Int {
        guard try connection.value("SELECT to_regclass('schema_version') IS NOT NULL", as: Bool.self) == true else {
            return 0
        }
        return try connection.value("SELECT coalesce(max(version), 0) FROM schema_version", as: Int.self) ?? 0
    }
}
