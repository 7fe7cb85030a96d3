import Analyzer
import Configuration
import Foundation
import Grabber
import Imaging
import Notifier
import Processor
import ServiceLifecycle

/// The stages of one process, wired along the path of a picture.
struct Pipeline {
    let parts: EmbeddedParts
    let configuration: AppConfiguration

    /// In the order in which they start: the end of the path first, so that nothing waits for a reader.
    func stages() throws -> [any Service] {
        [try notifier(), try analyzer(), try retention(), try processor(), try grabber()]
    }

    private func grabber() throws -> GrabberService {
        var settings = GrabberSettings()
        settings.capacity = try configuration[AppSettings.capacity]
        settings.limits = parts.capture.limits
        settings.jpegQuality = parts.capture.encoder.quality
        let ports = GrabberPorts(
            leases: parts.stores.leases, frames: parts.capture.source, objects: parts.objects,
            snapshots: parts.snapshots, changes: parts.changes)
        return GrabberService(
            ports: ports, settings: settings, pool: parts.capture.pool, metrics: parts.metrics, logger: parts.logger)
    }

    private func processor() throws -> ProcessorService {
        var settings = ProcessorService.Settings()
        settings.maximumAge = try configuration[AppSettings.expireAfter]
        return ProcessorService(
            snapshots: parts.snapshots, observations: parts.observations, store: parts.objects,
            analyzer: parts.vision.analyzer, settings: settings, metrics: parts.metrics, logger: parts.logger)
    }

    private func analyzer() throws -> AnalyzerService {
        AnalyzerService(
            queue: parts.observations, observations: parts.stores.observations, broadcast: parts.changes,
            buckets: StatisticsBuckets(timeZone: try configuration.timeZone()), metrics: parts.metrics,
            logger: parts.logger)
    }

    private func retention() throws -> RetentionService {
        let age = try configuration[AppSettings.keepPictures] / .seconds(1)
        let policy = RetentionPolicy(age: age, quota: try configuration[AppSettings.quota].bytes)
        return RetentionService(
            observations: parts.stores.observations, store: parts.objects, broadcast: parts.changes, policy: policy,
            logger: parts.logger)
    }

    private func notifier() throws -> NotifierService {
        let publicURL = try configuration[AppSettings.publicURL]
        return NotifierService(
            NotifierDependencies(
                outbox: parts.stores.outbox, channels: parts.stores.channels, cameras: parts.stores.cameras,
                sender: parts.channel, metrics: parts.metrics, logger: parts.logger,
                publicURL: publicURL.isEmpty ? nil : publicURL))
    }
}
