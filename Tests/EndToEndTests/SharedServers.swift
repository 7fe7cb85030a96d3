import Foundation
import PostgreSQL
import TestSupport

/// A virtual host and a database of its own on the servers that `scripts/integration` started.
struct SharedServers {
    private static let url = "MASKWATCH_TEST_RABBITMQ_URL"
    private static let folder = "MASKWATCH_TEST_RABBITMQ_FOLDER"

    /// What is not there; the suites are skipped then, and say so.
    static let missing =
        Requirements.missing
        + [url, folder].filter { !IntegrationServer.has($0) }.map { "\($0) (scripts/integration)" }
        + (PostgreSQLServer.isThere ? [] : [PostgreSQLServer.absence])

    /// `amqp://...` of a virtual host nobody else uses.
    let queue: String
    /// `postgresql://...` of a database nobody else uses.
    var database: String { scratch.url }
    private let scratch: ScratchDatabase
    private let broker = IntegrationServer("rabbitmq", folder: IntegrationServer.value(folder))
    private let virtualHost: String

    static func create() async throws -> SharedServers {
        let servers = SharedServers(database: try await ScratchDatabase.create())
        try await servers.broker.run("ctl", "add_vhost", servers.virtualHost)
        try await servers.broker.run(
            "ctl", "set_permissions", "-p", servers.virtualHost, "maskwatch", ".*", ".*", ".*")
        return servers
    }

    private init(database: ScratchDatabase) {
        scratch = database
        virtualHost = "e2e_\(UUID().uuidString.lowercased())"
        var parts = URLComponents(string: IntegrationServer.value(Self.url))
        parts?.path = "/" + virtualHost
        queue = parts?.string ?? ""
    }

    func remove() async throws { try await broker.run("ctl", "delete_vhost", virtualHost) }

    /// Every snapshot that is observed, past the program.
    func observed() async throws -> [String] {
        let settings = Database.Settings(ConnectionSettings(address: try DatabaseAddress(database)))
        return try await Database(settings).read { connection in
            try connection.rows("SELECT snapshot_id::text FROM observations") { try $0(0, as: String.self) }
        }
    }
}
