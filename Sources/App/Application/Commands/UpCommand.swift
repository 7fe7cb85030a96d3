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
        let signals = UnixSignals()
        let configuration = try AppConfiguration.load(input)
        let process = try ProcessParts(configuration, role: "up")
        // The queues first: they refuse a second process on the same folder.
        let queues = try await QueueParts.open(configuration, logger: process.logger)
        let database = try await configuration.repositories()
        let objects = try await configuration.objectStore()
        let capture = try CaptureParts(configuration, logger: process.logger)
        let vision = try await VisionParts.load(configuration, logger: process.logger)
        let channel = try configuration.notificationChannel()
        if input.has(demo), let file = input.environment["MASKWATCH_DEMO_CAMERAS"] {
            try await DemoCameras.register(from: file, in: database)
        }
        let pipeline = Pipeline(configuration: configuration, process: process)
        let web = try pipeline.web(database, objects, queues, capture, vision, channel, isDemo: input.has(demo))
        // The end of the path first, so that nothing waits for a reader.
        var services = queues.services + web
        services += try pipeline.notifier(database, objects, channel)
        services += try pipeline.analyzer(database, objects, queues)
        services.append(try pipeline.processor(objects, queues, vision))
        services.append(try await pipeline.grabber(database, objects, queues, capture))
        try await process.run(services, until: signals)
        return .done
    }
}
