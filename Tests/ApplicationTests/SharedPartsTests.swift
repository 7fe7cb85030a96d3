import Configuration
import Logging
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

    @Test("are asked for by a role that has only embedded ones", arguments: RoleCommands.all.map(\.name))
    func roles(_ name: String) async throws {
        #expect(await CommandLineTool.run([name], environment: [:]) == 78)
    }
}
