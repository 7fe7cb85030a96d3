import Configuration
import Foundation
import TestSupport
import Testing

@testable import Application

@Suite("A shared database", .enabled(if: PostgreSQLServer.isThere, "\(PostgreSQLServer.absence)"))
struct SharedDatabaseIntegrationTests {
    private let database: ScratchDatabase
    private let scratch: ScratchDirectory

    init() async throws {
        database = try await ScratchDatabase.create()
        scratch = try ScratchDirectory()
    }

    /// - Parameter machine: each has a data folder of its own.
    private func run(_ words: [String], machine: String, key: String) async -> Int32 {
        await CommandLineTool.run(
            words,
            environment: [
                "MASKWATCH_DATABASE_URL": database.url, "MASKWATCH_DATA_DIRECTORY": scratch.path(machine),
                "MASKWATCH_SECURITY_SECRET_KEY": key,
            ])
    }

    @Test("is the same for every machine that has its address and the key, and refused to one with another key")
    func machines() async throws {
        let key = Data(repeating: 7, count: 32).base64EncodedString()
        #expect(await run(["migrate"], machine: "a", key: key) == 0)
        #expect(
            await run(["camera", "add", "door", "rtsp://door.test/1"], machine: "a", key: key) == 0)
        #expect(await run(["camera", "remove", "door"], machine: "b", key: key) == 0, "it is there on the other one")
        #expect(await run(["camera", "remove", "door"], machine: "a", key: key) != 0)
        let other = Data(repeating: 8, count: 32).base64EncodedString()
        #expect(await run(["migrate"], machine: "c", key: other) != 0)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("a/maskwatch.sqlite")))
    }
}
