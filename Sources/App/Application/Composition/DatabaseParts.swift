import Configuration
import Foundation
import HTTPServer
import Persistence
import PersistenceSQLite
import Secrets

extension AppConfiguration {
    /// Opens the database of this run and brings it to this version's schema.
    /// - Throws: `ConfigurationError`, `PersistenceError`, `SecretsError`.
    func repositories() async throws -> any Repositories {
        try requireEmbedded(AppSettings.databaseURL)
        let folder = try DataFolder(self)
        let sealer = Sealer(box: SecretBox(key: try secretKey(folder)))
        return try await SQLitePersistence.open(path: folder.database, sealer: sealer)
    }

    private func secretKey(_ folder: DataFolder) throws -> SecretKey {
        let text = try self[AppSettings.secretKey]
        guard text.isEmpty else { return try SecretKey(base64: text, place: AppSettings.secretKey.key) }
        return try SecretKey.load(file: folder.secretKey)
    }

    /// - Throws: `ConfigurationError` if the setting asks for a part that is not embedded.
    func requireEmbedded(_ setting: Setting<String>) throws {
        guard try self[setting].isEmpty else {
            throw ConfigurationError(
                setting.shown(in: settings).place, "\(setting.key): only the embedded part is there; leave it empty")
        }
    }
}

/// Seals what the database must not show, with the key of this installation.
private struct Sealer: SecretSealer {
    let box: SecretBox

    func seal(_ plain: Data) throws -> Data { Data(try box.seal(String(decoding: plain, as: UTF8.self)).utf8) }

    func open(_ sealed: Data) throws -> Data { Data(try box.open(String(decoding: sealed, as: UTF8.self)).utf8) }
}

extension HealthCheck {
    static func database(_ database: any Repositories) -> HealthCheck {
        HealthCheck("database") { _ = try await database.rules.rules() }
    }
}
