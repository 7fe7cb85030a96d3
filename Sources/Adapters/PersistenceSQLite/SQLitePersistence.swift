package import Foundation
package import Persistence
import SQLite

/// All repositories over one SQLite file. Several processes of one machine may share the file.
package struct SQLitePersistence: Repositories {
    package let cameras: any CameraRepository
    package let leases: any CameraLeases
    package let sites: any SiteRepository
    package let rules: any RuleRepository
    package let channels: any ChannelRepository
    package let observations: any ObservationRepository
    package let incidents: any IncidentRepository
    package let corrections: any CorrectionRepository
    package let statistics: any StatisticsRepository
    package let outbox: any OutboxRepository
    package let users: any UserRepository
    private let tables: Tables

    package static var schemaVersion: Int { Migrations.newest }

    /// Opens or creates the file and brings it to this version's schema.
    /// - Parameter now: the clock by which leases end.
    /// - Throws: `PersistenceError`: `.schemaTooNew`, `.wrongKey`, `.corrupt`, `.unavailable`, `.full`.
    package static func open(
        path: String, sealer: any SecretSealer, readers: Int = 2, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> SQLitePersistence {
        let tables = try await translatingErrors {
            Tables(database: try await Database.open(path: path, readers: readers), sealer: sealer, now: now)
        }
        try await tables.write { connection in
            try Migrations.run(connection, at: now())
            try KeyCheck.run(connection, sealer)
        }
        return SQLitePersistence(tables)
    }

    private init(_ tables: Tables) {
        self.tables = tables
        cameras = SQLiteCameraRepository(tables: tables)
        leases = SQLiteCameraLeases(tables: tables)
        sites = SQLiteSiteRepository(tables: tables)
        rules = SQLiteRuleRepository(tables: tables)
        channels = SQLiteChannelRepository(tables: tables)
        observations = SQLiteObservationRepository(tables: tables)
        incidents = SQLiteIncidentRepository(tables: tables)
        corrections = SQLiteCorrectionRepository(tables: tables)
        statistics = SQLiteStatisticsRepository(tables: tables)
        outbox = SQLiteOutboxRepository(tables: tables)
        users = SQLiteUserRepository(tables: tables)
    }

    package func check() async throws {
        try Migrations.requireKnown(try await tables.read { try Migrations.version(of: $0) })
    }
}

/// What every repository works with.
struct Tables: Sendable {
    let database: Database
    let sealer: any SecretSealer
    let now: @Sendable () -> Date

    @discardableResult
    func write<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await translatingErrors { try await database.write(body) }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await translatingErrors { try await database.read(body) }
    }
}

/// Runs `body` and turns what SQLite throws into `PersistenceError`.
private func translatingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as SQLiteError { throw PersistenceError(error) }
}

/// Refuses a key that cannot open what is in the database, before anything is written with it.
private enum KeyCheck {
    private static let text = Data("maskwatch".utf8)

    static func run(_ connection: Connection, _ sealer: any SecretSealer) throws {
        let sealed = try connection.value("SELECT value FROM facts WHERE name = 'key_check'", as: Data.self)
        guard let sealed else {
            try connection.run("INSERT INTO facts (name, value) VALUES ('key_check', ?1)", try sealer.seal(text))
            return
        }
        guard let plain = try? sealer.open(sealed), plain == text else { throw PersistenceError.wrongKey }
    }
}
