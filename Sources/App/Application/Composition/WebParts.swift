import HTTPServer
import Messaging
import ObjectStorage
import Persistence
import Vision
import Web

extension EmbeddedParts {
    /// The web stage over these parts.
    func web(_ configuration: AppConfiguration, isDemo: Bool) throws -> WebService {
        let analyzer = vision.analyzer
        let dependencies = WebDependencies(
            cameras: stores.cameras, observations: stores.observations, incidents: stores.incidents,
            rules: stores.rules, channels: stores.channels, statistics: stores.statistics, outbox: stores.outbox,
            users: stores.users, pictures: objects, queues: [snapshots, observations], broadcast: changes,
            frames: capture.source, analyze: { try await analyzer.analyze($0) }, notifications: channel,
            metrics: metrics, healthChecks: healthChecks, logger: logger)
        let listener = HTTPListenerOptions(
            address: try configuration[AppSettings.address], port: try configuration[AppSettings.port])
        var options = WebOptions(listener: listener, version: Version.number)
        options.isDemo = isDemo
        options.capture = capture.limits
        options.addressPolicy = try configuration.addressPolicy()
        options.models = analyzer.models
        options.trustedProxies = Set(try configuration[AppSettings.trustedProxies])
        let origin = try configuration[AppSettings.publicURL]
        options.publicOrigin = origin.isEmpty ? nil : origin
        return try WebService(dependencies, options: options)
    }

    /// What `/readyz` asks.
    private var healthChecks: [HealthCheck] {
        [
            HealthCheck("database") { _ = try await stores.rules.rules() },
            HealthCheck("queue") { _ = try await snapshots.depth() },
            HealthCheck("storage") { _ = try await objects.usage() },
        ]
    }
}
