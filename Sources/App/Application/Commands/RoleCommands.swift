import Configuration
import HTTPServer
import ServiceLifecycle

/// `maskwatch web|grabber|processor|analyzer|notifier`: one role in a process of its own, over parts that processes share.
/// (`maskwatch model` is in `ModelCommand`.)
enum RoleCommands {
    static let all = [web, grabber, processor, analyzer, notifier]

    /// What a process of a role runs beside its connections to the queues, in the order in which it starts, and what
    /// `/readyz` asks beside them.
    private struct Role {
        var queues: QueueParts?
        let services: [any Service]
        let checks: [HealthCheck]
    }

    private static let web = CommandDefinition(
        path: ["web"], summary: "Serve the pages and the HTTP API", details: details, options: [.port]
    ) { input in
        let signals = UnixSignals()
        let pipeline = try pipeline(input, role: "web", sharing: [.database, .queue, .storage])
        let configuration = pipeline.configuration
        let queues = try await QueueParts.open(configuration, logger: pipeline.process.logger)
        let web = try pipeline.web(
            try await configuration.repositories(), try await configuration.objectStore(), queues,
            try CaptureParts(configuration, logger: pipeline.process.logger),
            try await VisionParts.load(configuration, logger: pipeline.process.logger),
            try configuration.notificationChannel())
        try await pipeline.process.run(queues.services + web, until: signals)
        return .done
    }

    private static let grabber = worker(
        "grabber", summary: "Take pictures of the cameras this worker holds leases on",
        sharing: [.database, .queue, .storage]
    ) { pipeline in
        let database = try await pipeline.configuration.repositories()
        let queues = try await QueueParts.open(pipeline.configuration, logger: pipeline.process.logger)
        let objects = try await pipeline.configuration.objectStore()
        let capture = try CaptureParts(pipeline.configuration, logger: pipeline.process.logger)
        return Role(
            queues: queues, services: [try await pipeline.grabber(database, objects, queues, capture)],
            checks: [.database(database), .storage(objects)])
    }

    private static let processor = worker(
        "processor", summary: "Find the faces in stored pictures, and tell whether each wears a mask",
        sharing: [.queue, .storage]
    ) { pipeline in
        let queues = try await QueueParts.open(pipeline.configuration, logger: pipeline.process.logger)
        let objects = try await pipeline.configuration.objectStore()
        let vision = try await VisionParts.load(pipeline.configuration, logger: pipeline.process.logger)
        return Role(
            queues: queues, services: [try pipeline.processor(objects, queues, vision)],
            checks: [.storage(objects), .model(vision)])
    }

    private static let analyzer = worker(
        "analyzer", summary: "Write what was seen, raise incidents, keep statistics, delete what is old",
        sharing: [.database, .queue, .storage]
    ) { pipeline in
        let database = try await pipeline.configuration.repositories()
        let queues = try await QueueParts.open(pipeline.configuration, logger: pipeline.process.logger)
        let objects = try await pipeline.configuration.objectStore()
        return Role(
            queues: queues, services: try pipeline.analyzer(database, objects, queues),
            checks: [.database(database), .storage(objects)])
    }

    private static let notifier = worker(
        "notifier", summary: "Send messages about incidents to the channels", sharing: [.database, .storage]
    ) { pipeline in
        let database = try await pipeline.configuration.repositories()
        let objects = try await pipeline.configuration.objectStore()
        let channel = try pipeline.configuration.notificationChannel()
        return Role(
            services: try pipeline.notifier(database, objects, channel),
            checks: [.database(database), .storage(objects)])
    }

    private static let details =
        "Any number may run, on any machine, over RabbitMQ, PostgreSQL and a shared object store. Answers /healthz, "
        + "/readyz and /metrics. Stops on SIGTERM after finishing what is in hand; a second signal stops at once."

    /// A role without pages: its HTTP server only tells how it is.
    private static func worker(
        _ name: String, summary: String, sharing parts: [SharedPart],
        open: @escaping @Sendable (Pipeline) async throws -> Role
    ) -> CommandDefinition {
        CommandDefinition(path: [name], summary: summary, details: details, options: [.workerPort]) { input in
            let signals = UnixSignals()
            let pipeline = try pipeline(input, role: name, sharing: parts)
            let role = try await open(pipeline)
            let status = try pipeline.statusListener(checks: role.checks + (role.queues.map { [.queue($0)] } ?? []))
            let connections = role.queues?.services ?? []
            try await pipeline.process.run([status] + connections + role.services, until: signals)
            return .done
        }
    }

    private static func pipeline(
        _ input: CommandInput, role: String, sharing parts: [SharedPart]
    ) throws -> Pipeline {
        let configuration = try AppConfiguration.load(input)
        for part in parts { try part.check(configuration, role: role) }
        return Pipeline(configuration: configuration, process: try ProcessParts(configuration, role: role))
    }
}

/// A part that several processes work with, which must therefore not be the one embedded in a process.
enum SharedPart {
    case database, queue, storage

    /// - Throws: `ConfigurationError` if the part is embedded.
    func check(_ configuration: AppConfiguration, role: String) throws {
        guard try configuration[setting].isEmpty else { return }
        throw ConfigurationError(
            setting.shown(in: configuration.settings).place,
            "\(setting.key) is empty, but 'maskwatch \(role)' shares it with other processes: set it to \(expected), "
                + "or run everything in one process by 'maskwatch up'")
    }

    private var setting: Setting<String> {
        switch self {
        case .database: AppSettings.databaseURL
        case .queue: AppSettings.queueURL
        case .storage: AppSettings.storageURL
        }
    }

    private var expected: String {
        switch self {
        case .database: "postgresql://HOST/NAME"
        case .queue: "amqp://HOST/VHOST"
        case .storage: "s3://BUCKET or, for a folder that every process sees, file:///PATH"
        }
    }
}
