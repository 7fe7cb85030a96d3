import Analyzer
import Configuration
import Foundation
import Grabber
import HTTPServer
import Imaging
import Messaging
import Notifications
import Notifier
import ObjectStorage
import Persistence
import Processor
import ServiceLifecycle
import Vision
import Web

/// The stages, each wired to the ports it works with, along the path of a picture. `up` runs all of them in one process,
/// the command of a role its own.
struct Pipeline: Sendable {
    let configuration: AppConfiguration
    let process: ProcessParts

    func grabber(
        _ database: any Repositories, _ objects: any ObjectStore, _ queues: QueueParts, _ capture: CaptureParts
    ) async throws -> any Service {
        var settings = GrabberSettings()
        settings.capacity = try configuration[AppSettings.capacity]
        settings.limits = capture.limits
        settings.jpegQuality = capture.encoder.quality
        let ports = GrabberPorts(
            leases: database.leases, frames: capture.source, objects: objects, snapshots: queues.snapshots,
            changes: queues.changes, spool: try await configuration.spool())
        return GrabberService(
            ports: ports, settings: settings, pool: capture.pool, metrics: process.metrics, logger: process.logger)
    }

    func processor(
        _ objects: any ObjectStore, _ queues: QueueParts, _ vision: VisionParts
    ) throws -> any Service {
        var settings = ProcessorService.Settings()
        settings.maximumAge = try configuration[AppSettings.expireAfter]
        settings.batch = vision.batch ?? settings.batch
        settings.concurrency = vision.concurrency
        return ProcessorService(
            snapshots: queues.snapshots, observations: queues.observations, store: objects, analyzer: vision.analyzer,
            settings: settings, metrics: process.metrics, logger: process.logger)
    }

    /// The analyzer, and beside it what time does to rules and to what is kept.
    func analyzer(
        _ database: any Repositories, _ objects: any ObjectStore, _ queues: QueueParts
    ) throws -> [any Service] {
        let analyzer = AnalyzerService(
            queue: queues.observations, observations: database.observations, broadcast: queues.changes,
            analysis: ObservationAnalysis(
                timeZone: try configuration.timeZone(), overallLimits: try configuration.overallLimits()),
            metrics: process.metrics, logger: process.logger)
        let review = ReviewService(
            observations: database.observations, snapshots: queues.snapshots, broadcast: queues.changes,
            timeZone: try configuration.timeZone(), overallLimits: try configuration.overallLimits(),
            logger: process.logger)
        let age = try configuration[AppSettings.keepPictures] / .seconds(1)
        let retention = RetentionService(
            observations: database.observations, store: objects,
            policy: RetentionPolicy(age: age, quota: try configuration[AppSettings.quota].bytes),
            logger: process.logger)
        return [analyzer, review, retention]
    }

    /// The notifier, and beside it what shows how the cameras are.
    func notifier(
        _ database: any Repositories, _ objects: any ObjectStore, _ channel: any NotificationChannel
    ) throws -> [any Service] {
        let notifier = NotifierService(
            NotifierDependencies(
                database, pictures: objects, composer: try configuration.messageComposer(), sender: channel,
                metrics: process.metrics, logger: process.logger))
        let live = LiveStateService(
            database, try configuration.liveStateDisplay(),
            keepsEvidenceFor: try configuration[AppSettings.keepPictures] / .seconds(1), logger: process.logger)
        return [notifier, live]
    }

    /// The pages and the HTTP API, and the words on the terminal that say where they are.
    func web(
        _ database: any Repositories, _ objects: any ObjectStore, _ queues: QueueParts, _ capture: CaptureParts,
        _ vision: VisionParts, _ channel: any NotificationChannel, isDemo: Bool = false
    ) throws -> [any Service] {
        let analyzer = vision.analyzer
        let dependencies = WebDependencies(
            cameras: database.cameras, sites: database.sites, observations: database.observations,
            incidents: database.incidents, corrections: database.corrections, rules: database.rules,
            channels: database.channels, statistics: database.statistics,
            outbox: database.outbox, users: database.users, pictures: objects, queues: queues.all,
            broadcast: queues.changes, frames: capture.source, analyze: { try await analyzer.analyze($0) },
            notifications: channel, metrics: process.metrics,
            healthChecks: [
                process.healthCheck, .database(database), .queue(queues), .storage(objects), .model(vision),
            ],
            logger: process.logger)
        var options = try configuration.webOptions()
        options.isDemo = isDemo
        options.capture = capture.limits
        options.models = { analyzer.models }
        options.timeZone = try configuration.timeZone()
        let web = try WebService(dependencies, options: options)
        return [web, Greeting(web: web, speaksTLS: options.listener.tls != nil)]
    }
}
