import Configuration
import Foundation
import HTTPClient
import HTTPTypes
import Logging
import Messaging
import MessagingSQLite
import Metrics
import Notifications
import NotificationsHTTP
import ObjectStorage

/// Every port of a system that is one process, with the adapter the configuration names.
struct EmbeddedParts: Sendable {
    let stores: Stores
    let objects: any ObjectStore
    let snapshots: any WorkQueue
    let observations: any WorkQueue
    let changes: any Broadcast
    let capture: CaptureParts
    let vision: VisionParts
    let channel: any NotificationChannel
    let metrics: MetricsRegistry
    let logger: Logger

    /// - Throws: `ConfigurationError`, or what keeps a part from starting.
    static func open(_ configuration: AppConfiguration) async throws -> EmbeddedParts {
        let logger = try configuration.logger()
        let folder = try DataFolder(configuration)
        try configuration.requireEmbedded(AppSettings.queueURL)
        try configuration.requireEmbedded(AppSettings.storageURL)
        // The queue first: it refuses a second process on the same folder.
        let queues = try await QueueDatabase.open(path: folder.queues)
        let limits = try queueLimits(configuration)
        return EmbeddedParts(
            stores: try await Stores.open(configuration),
            objects: try await FileObjectStore.open(at: folder.objects, limits: try objectLimits(configuration)),
            snapshots: try await queues.queue("snapshots", limits: limits),
            observations: try await queues.queue("observations", limits: limits),
            changes: InProcessBroadcast(),
            capture: try CaptureParts(configuration, logger: logger),
            vision: try await VisionParts.load(configuration, logger: logger),
            channel: WebhookChannel(session: try webSession(configuration)),
            metrics: MetricsRegistry(), logger: logger)
    }

    private static func webSession(_ configuration: AppConfiguration) throws -> HTTPSession {
        var settings = HTTPSession.Settings()
        settings.policy = try configuration.addressPolicy()
        settings.userAgent = "Maskwatch/\(Version.number)"
        return HTTPSession(settings: settings)
    }

    private static func queueLimits(_ configuration: AppConfiguration) throws -> QueueLimits {
        var limits = QueueLimits()
        limits.messages = try configuration[AppSettings.queueLimit]
        limits.attempts = try configuration[AppSettings.queueAttempts]
        return limits
    }

    /// The store refuses a little above the quota, so that retention, which keeps to it, is never in the way of the grabber.
    private static func objectLimits(_ configuration: AppConfiguration) throws -> FileObjectStoreLimits {
        let quota = try configuration[AppSettings.quota].bytes
        return FileObjectStoreLimits(
            quotaBytes: quota + quota / 10, minimumFreeBytes: try configuration[AppSettings.minimumFree].bytes)
    }
}

extension AppConfiguration {
    /// Where cameras and webhooks may be.
    func addressPolicy() throws -> AddressPolicy {
        let texts = try self[AppSettings.deniedNetworks]
        let networks = try texts.map { text in
            guard let network = IPNetwork(text) else {
                throw ConfigurationError(
                    AppSettings.deniedNetworks.shown(in: settings).place,
                    "'\(text)' is no network: write 10.0.0.0/8 or fe80::/10")
            }
            return network
        }
        return AddressPolicy(denied: networks)
    }
}
