package import Foundation
package import Persistence
package import PostgreSQL

/// All repositories over one PostgreSQL database, which any number of processes share.
package struct PostgreSQLPersistence: Repositories {
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

    /// Connects and brings the database to this version's schema; of many processes that start together one migrates.
    /// - Parameters:
    ///   - url: `postgresql://user:password@host:port/database?sslmode=verify-full&sslrootcert=/etc/ca.crt`; the database
    ///     must be there and the user must be able to create tables in it.
    ///   - connections: most connections of this process.
    ///   - clock: by which leases end; nil for the server's.
    /// - Throws: `PersistenceError`: `.addressInvalid`, `.schemaTooNew`, `.wrongKey`, `.corrupt`, `.unavailable`, `.full`.
    package static func open(
        url: String, sealer: any SecretSealer, connections: Int = 4, clock: (@Sendable () -> Date)? = nil
    ) async throws -> PostgreSQLPersistence {
        try await translatingErrors {
            var settings = Database.Settings(ConnectionSettings(address: try DatabaseAddress(url)))
            settings.size = connections
            return try await open(settings, sealer: sealer, clock: clock)
        }
    }

    /// The same with other limits.
    package static func open(
        _ settings: Database.Settings, sealer: any SecretSealer, clock: (@Sendable () -> Date)? = nil
    ) async throws -> PostgreSQLPersistence {
        let tables = Tables(database: Database(settings), sealer: sealer, clock: clock)
        try await Migrations.run(tables)
        try await tables.write { try KeyCheck.run($0, sealer) }
        return PostgreSQLPersistence(tables)
    }

    private init(_ tables: Tables) {
        self.tables = tables
        cameras = PostgreSQLCameraRepository(tables: tables)
        leases = PostgreSQLCameraLeases(tables: tables)
        sites = PostgreSQLSiteRepository(tables: tables)
        rules = PostgreSQLRuleRepository(tables: tables)
        channels = PostgreSQLChannelRepository(tables: tables)
        observations = PostgreSQLObservationRepository(tables: tables)
        incidents = PostgreSQLIncidentRepository(tables: tables)
        corrections = PostgreSQLCorrectionRepository(tables: tables)
        statistics = PostgreSQLStatisticsRepository(tables: tables)
        outbox = PostgreSQLOutboxRepository(tables: tables)
        users = PostgreSQLUserRepository(tables: tables)
    }

    /// What the pool of connections knows without asking the server.
    package var health: DatabaseHealth { tables.database.health }

    package func check() async throws {
        let found = try await tables.read { try Migrations.version(of: $0) }
        try Migrations.requireKnown(found)
        guard found == Migrations.newest else {
            throw PersistenceError(
                .unavailable,
                "the database has schema \(found) and needs \(Migrations.newest): restart this process, which brings it up to that"
            )
        }
    }
}

/// Refuses a key that cannot open what is in the database, before anything is written with it.
private enum KeyCheck {
    private static let text = Data("maskwatch".utf8)

    /// Of several processes with different keys the first one's is the right one.
    static func run(_ connection: Connection, _ sealer: any SecretSealer) throws {
        try connection.run(
            "INSERT INTO facts (name, value) VALUES ('key_check', $1) ON CONFLICT (name) DO NOTHING",
            try sealer.seal(text))
        let sealed = try connection.value("SELECT value FROM facts WHERE name = 'key_check'", as: Data.self)
        guard let sealed, let plain = try? sealer.open(sealed), plain == text else { throw PersistenceError.wrongKey }
    }
}
