import Foundation
import Persistence
import SQLite

/// Brings a database forward to this version's schema, one numbered step after the other; never back.
enum Migrations {
    /// Step n makes schema n of schema n - 1. A step that was released never changes.
    static let steps: [[StaticString]] = [
        SchemaOne.statements, SchemaTwo.statements, SchemaThree.statements, SchemaFour.statements,
        SchemaFive.statements,
    ]

    static var newest: Int { steps.count }

    /// Runs in one transaction: of many processes that start together one migrates and the others find it done.
    static func run(_ connection: Connection, at time: Date) throws {
        try connection.run(
            "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)")
        let found = try version(of: connection)
        try requireKnown(found)
        for (index, statements) in steps.enumerated().dropFirst(found) {
            for statement in statements { try connection.run(statement) }
            try connection.run("INSERT INTO schema_version (version, applied_at) VALUES (?1, ?2)", index + 1, time)
        }
    }

    static func requireKnown(_ found: Int) throws {
        guard found <= newest else { throw PersistenceError.schemaTooNew(found, newest: newest) }
    }

    /// 0 for an empty database.
    static func version(of connection: Connection) throws -> Int {
        (try connection.value("SELECT max(version) FROM schema_version", as: Int?.self) ?? nil) ?? 0
    }
}
