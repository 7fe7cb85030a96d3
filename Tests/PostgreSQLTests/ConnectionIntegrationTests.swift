import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("A connection to PostgreSQL", .enabled(if: PostgreSQLServer.isThere, "\(PostgreSQLServer.absence)"))
struct ConnectionIntegrationTests {
    private let database: Database

    init() throws {
        database = Database(Database.Settings(ConnectionSettings(address: try Self.address())))
    }

    private static func address(_ url: String? = PostgreSQLServer.url) throws -> DatabaseAddress {
        try DatabaseAddress(try #require(url))
    }

    private func roundTrip<Value: Column & Equatable>(_ value: Value) async throws -> Value? {
        try await database.read { try $0.value("SELECT $1", value) }
    }

    @Test("brings every type back as it was")
    func types() async throws {
        for number in [Int.min, -1, 0, 1, Int.max] { #expect(try await roundTrip(number) == number) }
        for number in [-0.1, 0, 1e300, .infinity] { #expect(try await roundTrip(number) == number) }
        for text in ["", "a", "Grüße 你好 🙂", "'; DROP TABLE x; --"] { #expect(try await roundTrip(text) == text) }
        for data in [Data(), Data([0, 1, 255])] { #expect(try await roundTrip(data) == data) }
        let uuid = UUID()
        #expect(try await roundTrip(uuid) == uuid)
        #expect(try await roundTrip(true) == true)
        #expect(try await roundTrip(Int?.none) == .some(.none))
        #expect(try await roundTrip(Int?.some(3)) == 3)
        for list in [[], [uuid, UUID()]] { #expect(try await roundTrip(list) == list) }
        #expect(try await roundTrip(["a", "", "b,\"c"]) == ["a", "", "b,\"c"])
    }

    @Test("keeps times to the millisecond, also far ones")
    func times() async throws {
        for seconds in [-62_135_596_800.0, -0.001, 0, 1_790_000_000.123, 64_092_211_200] {
            let time = Date(timeIntervalSince1970: seconds)
            #expect(try await roundTrip(time) == time)
        }
        let fine = Date(timeIntervalSince1970: 1_790_000_000.123_456)
        #expect(try await roundTrip(fine) == Date(timeIntervalSince1970: 1_790_000_000.123))
        let text = try await database.read { connection in
            try connection.value(
                "SELECT ($1 AT TIME ZONE 'UTC')::text", Date(timeIntervalSince1970: 0.5), as: String.self)
        }
        #expect(text == "1970-01-01 00:00:00.5")
    }

    @Test("does not read one type as another, nor NULL as a value")
    func mismatch() async throws {
        await #expect(throws: PostgreSQLError.self) {
            _ = try await database.read { try $0.value("SELECT 'x'::text", as: Int.self) }
        }
        await #expect(throws: PostgreSQLError.self) {
            _ = try await database.read { try $0.value("SELECT NULL::text", as: String.self) }
        }
    }

    @Test("undoes a transaction whole, whichever of its statements failed")
    func transactions() async throws {
        let single = Database(Self.alone(try Self.address()))
        try await single.write { try $0.run("CREATE TEMPORARY TABLE numbers (number bigint PRIMARY KEY)") }
        await #expect {
            try await single.write { connection in
                connection.send("INSERT INTO numbers VALUES ($1)", 1)
                connection.send("INSERT INTO numbers VALUES ($1)", 1)
                connection.send("INSERT INTO numbers VALUES ($1)", 2)
            }
        } throws: { ($0 as? PostgreSQLError)?.sqlState == "23505" }
        try await single.write { $0.send("INSERT INTO numbers VALUES ($1)", 7) }
        await #expect(throws: CancellationError.self) {
            try await single.write { connection in
                try connection.run("INSERT INTO numbers VALUES ($1)", 8)
                throw CancellationError()
            }
        }
        #expect(try await single.read { try $0.rows("SELECT number FROM numbers") { try $0(0, as: Int.self) } } == [7])
    }

    private static func alone(_ address: DatabaseAddress) -> Database.Settings {
        var settings = Database.Settings(ConnectionSettings(address: address))
        settings.size = 1
        return settings
    }

    @Test("ends a statement that takes too long and stays usable")
    func statementTimeout() async throws {
        var settings = Self.alone(try Self.address())
        settings.connection.statementTimeout = .milliseconds(50)
        let database = Database(settings)
        await #expect {
            _ = try await database.read { try $0.run("SELECT pg_sleep(30)") }
        } throws: { ($0 as? PostgreSQLError)?.code == .timedOut }
        #expect(try await database.read { try $0.value("SELECT 1::bigint", as: Int.self) } == 1)
        #expect(database.health.failures[.timedOut] == 1)
        #expect(database.health.lastFailure?.error.code == .timedOut)
    }

    @Test("never shows the password, nor a value, in an error")
    func secrets() async throws {
        var parts = try #require(URLComponents(string: PostgreSQLServer.url ?? ""))
        parts.password = "wr0ng-CANARY"
        let database = Database(Self.alone(try Self.address(parts.string)))
        await #expect {
            _ = try await database.read { try $0.run("SELECT 1") }
        } throws: { error in
            (error as? PostgreSQLError)?.code == .refused && !"\(error)".contains("CANARY")
        }
        await #expect {
            _ = try await self.database.read { try $0.value("SELECT $1::bigint", "CANARY", as: Int.self) }
        } throws: { error in
            (error as? PostgreSQLError)?.sqlState == "22P02" && !"\(error)".contains("CANARY")
        }
    }
}
