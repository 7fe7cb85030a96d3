import Configuration
import HTTPServer
import Logging
import Messaging
import MessagingRabbitMQ
import MessagingSQLite
import ServiceLifecycle

/// The queues between the stages, and the broadcast that tells browsers of changes: in a file of this process, or at a
/// broker that processes share.
struct QueueParts: Sendable {
    let snapshots: any WorkQueue
    let observations: any WorkQueue
    let changes: any Broadcast
    private let broker: RabbitMQ?

    /// - Throws: `ConfigurationError`, `QueueError`.
    static func open(_ configuration: AppConfiguration, logger: Logger) async throws -> QueueParts {
        let url = try configuration[AppSettings.queueURL]
        let limits = try limits(configuration)
        guard url.isEmpty else { return QueueParts(try broker(url, configuration, logger), limits) }
        let database = try await QueueDatabase.open(path: DataFolder(configuration).queues)
        return QueueParts(
            snapshots: try await database.queue(Name.snapshots, limits: limits),
            observations: try await database.queue(Name.observations, limits: limits),
            changes: InProcessBroadcast(), broker: nil)
    }

    private enum Name {
        static let snapshots = "snapshots"
        static let observations = "observations"
    }

    private init(snapshots: any WorkQueue, observations: any WorkQueue, changes: any Broadcast, broker: RabbitMQ?) {
        (self.snapshots, self.observations, self.changes) = (snapshots, observations, changes)
        self.broker = broker
    }

    private init(_ broker: RabbitMQ, _ limits: QueueLimits) {
        self.init(
            snapshots: broker.queue(Name.snapshots, limits: limits),
            observations: broker.queue(Name.observations, limits: limits), changes: broker.broadcast, broker: broker)
    }

    /// In the order of the data.
    var all: [any WorkQueue] { [snapshots, observations] }

    /// Starts first and so ends last, when the stages have settled what they held.
    var services: [any Service] { broker.map { [BrokerService(broker: $0)] } ?? [] }

    /// - Throws: `CommandFailure` or `QueueError`, saying why nothing can be sent or received.
    func check() async throws {
        guard let broker else {
            _ = try await snapshots.depth()
            return
        }
        let health = broker.health
        guard let reason = health.publishing ?? health.consuming else { return }
        throw CommandFailure(reason)
    }

    private static func broker(
        _ url: String, _ configuration: AppConfiguration, _ logger: Logger
    ) throws -> RabbitMQ {
        do { return try RabbitMQ.open(url: url, logger: logger) } catch let error as QueueError {
            throw ConfigurationError(
                AppSettings.queueURL.shown(in: configuration.settings).place, "queue.url: \(error.message)")
        }
    }

    private static func limits(_ configuration: AppConfiguration) throws -> QueueLimits {
        var limits = QueueLimits()
        limits.messages = try configuration[AppSettings.queueLimit]
        limits.attempts = try configuration[AppSettings.queueAttempts]
        return limits
    }
}

/// Holds the connections to the broker and ends them, so that what was acknowledged last still gets there.
private struct BrokerService: Service {
    let name = "rabbitmq"
    let broker: RabbitMQ

    func run() async throws {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        await broker.close()
    }
}

extension HealthCheck {
    static func queue(_ queues: QueueParts) -> HealthCheck {
        HealthCheck("queue") { try await queues.check() }
    }
}
