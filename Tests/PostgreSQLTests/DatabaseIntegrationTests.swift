import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("A pool of connections", .serialized, .enabled(if: PostgreSQLServer.isThere, "\(PostgreSQLServer.absence)"))
struct DatabaseIntegrationTests {
    private func settings(_ url: String, size: Int = 4) throws -> Database.Settings {
        var settings = Database.Settings(ConnectionSettings(address: try DatabaseAddress(url)))
        settings.size = size
        settings.waitTimeout = .seconds(30)
        return settings
    }

    @Test("comes back after a restart of the server, and loses nothing that was confirmed")
    func restart() async throws {
        let server = try await PrivatePostgreSQLServer.start()
        let database = Database(try settings(server.url))
        try await database.write { try $0.run("CREATE TABLE numbers (number bigint PRIMARY KEY)") }
        let confirmed = try await withThrowingTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    var confirmed: [Int] = []
                    for number in 0..<400 {
                        let mine = worker * 1000 + number
                        do {
                            try await database.write { try $0.run("INSERT INTO numbers VALUES ($1)", mine) }
                            confirmed.append(mine)
                        } catch let error as PostgreSQLError where error.isRetriable {}
                    }
                    return confirmed
                }
            }
            group.addTask {
                for _ in 0..<2 { try await server.restart() }
                try await server.kill()
                try await server.start()
                return []
            }
            return try await group.reduce(into: Set<Int>()) { $0.formUnion($1) }
        }
        let stored = try await database.read { try $0.rows("SELECT number FROM numbers") { try $0(0, as: Int.self) } }
        #expect(confirmed.isSubset(of: stored))
        #expect(confirmed.count > 1000)
        #expect(database.health.outage == nil)
    }

    @Test("goes on with the connections there are when the server has no more")
    func tooMany() async throws {
        let server = try await PrivatePostgreSQLServer.start(
            "max_connections=5", "superuser_reserved_connections=2", "max_wal_senders=0")
        let database = Database(try settings(server.url, size: 12))
        try await withThrowingTaskGroup { group in
            for _ in 0..<60 { group.addTask { try await database.read { try $0.run("SELECT pg_sleep(0.02)") } } }
            try await group.waitForAll()
        }
        #expect(database.health.open <= 5)
        #expect(database.health.outage == nil)
    }

    @Test("says so when it cannot be reached, and at once while that is known")
    func away() async throws {
        let server = try await PrivatePostgreSQLServer.start()
        var settings = try settings(server.url)
        settings.waitTimeout = .milliseconds(300)
        let database = Database(settings)
        _ = try await database.read { try $0.run("SELECT 1") }
        try await server.stop()
        await #expect {
            _ = try await database.read { try $0.run("SELECT 1") }
        } throws: { ($0 as? PostgreSQLError)?.code == .connectionLost }
        #expect(database.health.outage?.contains("server is not there") == true)
        try await server.start()
        #expect(await eventually { (try? await database.read { try $0.run("SELECT 1") }) == 1 })
        #expect(database.health.outage == nil)
    }

    @Test("fails a call that waited too long for a connection")
    func busy() async throws {
        var settings = try settings(PostgreSQLServer.url ?? "", size: 1)
        settings.waitTimeout = .milliseconds(50)
        let database = Database(settings)
        _ = try await database.read { try $0.run("SELECT 1") }
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let slow = Task {
            try await database.read { connection in
                start.finish()
                return try connection.run("SELECT pg_sleep(1)")
            }
        }
        for await _ in starts {}
        await #expect {
            _ = try await database.read { try $0.run("SELECT 1") }
        } throws: { ($0 as? PostgreSQLError)?.code == .poolBusy }
        _ = try await slow.value
    }

    @Test("checks the server's certificate if the address asks for it")
    func certificates() async throws {
        let server = try await PrivatePostgreSQLServer.start()
        var parts = try #require(URLComponents(string: server.url))
        let verify = URLQueryItem(name: "sslmode", value: "verify-full")
        parts.queryItems = [verify, URLQueryItem(name: "sslrootcert", value: server.rootCertificate)]
        let trusted = Database(try settings(parts.string ?? ""))
        let usesTLS = try await trusted.read {
            try $0.value("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: Bool.self)
        }
        #expect(usesTLS == true)
        let other = try await PrivatePostgreSQLServer.start()
        parts.queryItems = [verify, URLQueryItem(name: "sslrootcert", value: other.rootCertificate)]
        let distrusted = Database(try settings(parts.string ?? ""))
        await #expect {
            _ = try await distrusted.read { try $0.run("SELECT 1") }
        } throws: { ($0 as? PostgreSQLError)?.code == .refused && "\($0)".contains("certificate") }
    }
}
