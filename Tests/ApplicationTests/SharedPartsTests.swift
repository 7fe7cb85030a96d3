import Configuration
import Logging
import TestSupport
import Testing

@testable import Application

@Suite("The parts that processes share")
struct SharedPartsTests {
    private func configuration(_ variables: [String: String]) throws -> AppConfiguration {
        let command = CommandDefinition(path: ["sample"], summary: "A sample") { _ in .done }
        return try AppConfiguration.load(CommandInput([], for: command, environment: variables))
    }

    @Test(
        "refuse an address of the broker that cannot be meant, naming the setting and never the password",
        arguments: ["localhost", "http://ada:secret@broker", "amqp://broker", "amqp://ada:secret@broker/x?ca=none"])
    func brokerAddress(_ text: String) async throws {
        let configuration = try configuration(["MASKWATCH_QUEUE_URL": text])
        let error = await #expect(throws: ConfigurationError.self) {
            try await QueueParts.open(configuration, logger: .silent)
        }
        let message = try #require(error).description
        #expect(message.contains("queue.url"))
        #expect(!message.contains("secret"))
    }

    @Test(
        "refuse an address of the database that cannot be meant, naming the setting and never the password",
        arguments: ["localhost", "mysql://ada:secret@db/x", "postgresql://ada:se@cret/secret@db/x"])
    func databaseAddress(_ text: String) async throws {
        let scratch = try ScratchDirectory()
        let configuration = try configuration(
            ["MASKWATCH_DATABASE_URL": text, "MASKWATCH_DATA_DIRECTORY": scratch.path("data")])
        let error = await #expect(throws: ConfigurationError.self) { _ = try await configuration.repositories() }
        let message = try #require(error).description
        #expect(message.contains("database.url"))
        #expect(!message.contains("secret"))
    }

    @Test("are asked for by a role that has only embedded ones", arguments: RoleCommands.all.map(\.name))
    func roles(_ name: String) async throws {
        #expect(await CommandLineTool.run([name], environment: [:]) == 78)
    }
}
