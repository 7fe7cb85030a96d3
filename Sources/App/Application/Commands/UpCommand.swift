import Foundation
import ServiceLifecycle

/// `maskwatch up`: every role in one process.
enum UpCommand {
    private static let demo = CommandOption(
        name: "--demo",
        help: "say in the pages that the cameras are simulated, and register those of $MASKWATCH_DEMO_CAMERAS")

    static let definition = CommandDefinition(
        path: ["up"], summary: "Start everything in one process",
        details: "Stops on SIGTERM or Ctrl-C after finishing what is in hand; a second signal stops at once.",
        options: [.port, demo]
    ) { input in
        let configuration = try AppConfiguration.load(input)
        let signals = UnixSignals()
        let parts = try await EmbeddedParts.open(configuration)
        if input.has(demo), let file = input.environment["MASKWATCH_DEMO_CAMERAS"] {
            try await DemoCameras.register(from: file, in: parts.stores)
        }
        let web = try parts.web(configuration, isDemo: input.has(demo))
        let stages = try Pipeline(parts: parts, configuration: configuration).stages()
        let group = ServiceGroup(services: [web, Greeting(web: web)] + stages, logger: parts.logger)
        try await group.run { await signals.wait() }
        return .done
    }
}
