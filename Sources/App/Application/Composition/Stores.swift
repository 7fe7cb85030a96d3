import Configuration
import Domain
import Foundation
import Persistence
import PersistenceSQLite
import Secrets

/// The database of this run: configuration to repositories.
struct Stores: Sendable {
    let cameras: any CameraRepository
    let leases: any CameraLeases
    let rules: any RuleRepository
    let channels: any ChannelRepository
    let observations: any ObservationRepository
    let incidents: any IncidentRepository
    let statistics: any StatisticsRepository
    let outbox: any OutboxRepository
    let users: any UserRepository

    static var schemaVersion: Int { SQLitePersistence.schemaVersion }

    /// Opens the database and brings it to this version's schema.
    /// - Throws: `ConfigurationError`, `PersistenceError`, `SecretsError`.
    static func open(_ configuration: AppConfiguration) async throws -> Stores {
        try configuration.requireEmbedded(AppSettings.databaseURL)
        let folder = try DataFolder(configuration)
        let sealer = Sealer(box: SecretBox(key: try key(configuration, folder)))
        return Stores(try await SQLitePersistence.open(path: folder.database, sealer: sealer))
    }

    private init(_ database: SQLitePersistence) {
        cameras = database.cameras
        leases = database.leases
        rules = database.rules
        channels = database.channels
        observations = database.observations
        incidents = database.incidents
        statistics = database.statistics
        outbox = database.outbox
        users = database.users
    }

    private static func key(_ configuration: AppConfiguration, _ folder: DataFolder) throws -> SecretKey {
        let text = try configuration[AppSettings.secretKey]
        guard text.isEmpty else { return try SecretKey(base64: text, place: AppSettings.secretKey.key) }
        return try SecretKey.load(file: folder.secretKey)
    }
}

/// Seals what the database must not show, with the key of this installation.
private struct Sealer: SecretSealer {
    let box: SecretBox

    func seal(_ plain: Data) throws -> Data { Data(try box.seal(String(decoding: plain, as: UTF8.self)).utf8) }

    func open(_ sealed: Data) throws -> Data { Data(try box.open(String(decoding: sealed, as: UTF8.self)).utf8) }
}

extension AppConfiguration {
    /// - Throws: `ConfigurationError` if the setting asks for a part that is not embedded.
    func requireEmbedded(_ setting: Setting<String>) throws {
        guard try self[setting].isEmpty else {
            throw ConfigurationError(
                setting.shown(in: settings).place, "\(setting.key): only the embedded part is there; leave it empty")
        }
    }
}
