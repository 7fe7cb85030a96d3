import Configuration
import Foundation
import HTTPServer
import Persistence
import PersistencePostgreSQL
import PersistenceSQLite
import Secrets

extension AppConfiguration {
    /// Opens the database of this run, a file of this machine or a PostgreSQL server that processes share, and brings it to
    /// this version's schema.
    /// - Throws: `ConfigurationError`, `PersistenceError`, `SecretsError`.
    func repositories() async throws -> any Repositories {
        let url = try self[AppSettings.databaseURL]
        let folder = try DataFolder(self)
        let sealer = SecretBoxSealer(SecretBox(key: try secretKey(folder)))
        guard url.isEmpty else { return try await postgreSQL(url, sealer) }
        return try await SQLitePersistence.open(path: folder.database, sealer: sealer)
    }

    private func secretKey(_ folder: DataFolder) throws -> SecretKey {
        let text = try self[AppSettings.secretKey]
        guard text.isEmpty else { return try SecretKey(base64: text, place: AppSettings.secretKey.key) }
        return try SecretKey.load(file: folder.secretKey)
    }

    private func postgreSQL(_ url: String, _ sealer: some SecretSealer) async throws -> any Repositories {
        do { return try await PostgreSQLPersistence.open(url: url, sealer: sealer) } catch let error as PersistenceError
            where error.code == .addressInvalid
        {
            throw ConfigurationError(
                AppSettings.databaseURL.shown(in: settings).place, "database.url: \(error.message)")
        }
    }
}

extension HealthCheck {
    static func database(_ database: any Repositories) -> HealthCheck {
        HealthCheck("database") { try await database.check() }
    }
}
