import Configuration
import HTTPServer
import Messaging
import MessagingSQLite

/// The queues between the stages, and the broadcast that tells browsers of changes.
struct QueueParts: Sendable {
    let snapshots: any WorkQueue
    let observations: any WorkQueue
    let changes: any Broadcast

    /// - Throws: `ConfigurationError`, `QueueError`.
    static func open(_ configuration: AppConfiguration) async throws -> QueueParts {
        try configuration.requireEmbedded(AppSettings.queueURL)
        let database = try await QueueDatabase.open(path: DataFolder(configuration).queues)
        let limits = try limits(configuration)
        return QueueParts(
            snapshots: try await database.queue("snapshots", limits: limits),
            observations: try await database.queue("observations", limits: limits),
            changes: InProcessBroadcast())
    }

    /// In the order of the data.
    var all: [any WorkQueue] { [snapshots, observations] }

    private static func limits(_ configuration: AppConfiguration) throws -> QueueLimits {
        var limits = QueueLimits()
        limits.messages = try configuration[AppSettings.queueLimit]
        limits.attempts = try configuration[AppSettings.queueAttempts]
        return limits
    }
}

extension HealthCheck {
    static func queue(_ queues: QueueParts) -> HealthCheck {
        HealthCheck("queue") { _ = try await queues.snapshots.depth() }
    }
}
