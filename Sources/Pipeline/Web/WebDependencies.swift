package import Capture
package import Foundation
package import HTTPServer
package import HTTPTypes
package import Logging
package import Messaging
package import Metrics
package import Notifications
package import ObjectStorage
package import Persistence
package import Secrets
package import Vision

/// What the web stage works with. Everything is a port; the composition root chooses what is behind it.
package struct WebDependencies: Sendable {
    /// Looks at one uploaded picture: `FaceAnalyzer.analyze`.
    /// Throws `PictureError` if the picture cannot be read, `InferenceError` if the networks cannot be run.
    package typealias PictureAnalyzer = @Sendable (_ picture: Data) async throws -> PictureAnalysis

    // Storage
    package var cameras: any CameraRepository
    package var sites: any SiteRepository
    package var observations: any ObservationRepository
    package var incidents: any IncidentRepository
    package var corrections: any CorrectionRepository
    package var rules: any RuleRepository
    package var channels: any ChannelRepository
    package var statistics: any StatisticsRepository
    package var outbox: any OutboxRepository
    package var users: any UserRepository
    package var pictures: any ObjectStore
    /// In the order of the data: `snapshots`, `observations`.
    package var queues: [any WorkQueue]
    package var broadcast: any Broadcast

    // Work
    /// For testing cameras; applies the address policy.
    package var frames: any FrameSource
    package var analyze: PictureAnalyzer
    /// For test messages; applies the address policy.
    package var notifications: any NotificationChannel
    package var passwords: PasswordHash

    // The process
    package var metrics: MetricsRegistry
    /// Of `/readyz`.
    package var healthChecks: [HealthCheck]
    package var logger: Logger
    /// The wall clock; another one in tests.
    package var now: @Sendable () -> Date

    package init(
        cameras: any CameraRepository, sites: any SiteRepository, observations: any ObservationRepository,
        incidents: any IncidentRepository, corrections: any CorrectionRepository, rules: any RuleRepository,
        channels: any ChannelRepository, statistics: any StatisticsRepository,
        outbox: any OutboxRepository, users: any UserRepository, pictures: any ObjectStore,
        queues: [any WorkQueue], broadcast: any Broadcast, frames: any FrameSource,
        analyze: @escaping PictureAnalyzer, notifications: any NotificationChannel,
        passwords: PasswordHash = PasswordHash(), metrics: MetricsRegistry, healthChecks: [HealthCheck] = [],
        logger: Logger, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.cameras = cameras
        self.sites = sites
        self.observations = observations
        self.incidents = incidents
        self.corrections = corrections
        self.rules = rules
        self.channels = channels
        self.statistics = statistics
        self.outbox = outbox
        self.users = users
        self.pictures = pictures
        self.queues = queues
        self.broadcast = broadcast
        self.frames = frames
        self.analyze = analyze
        self.notifications = notifications
        self.passwords = passwords
        self.metrics = metrics
        self.healthChecks = healthChecks
        self.logger = logger
        self.now = now
    }
}

/// How the web stage is set up.
package struct WebOptions: Sendable {
    package var listener: HTTPListenerOptions
    /// Of the program.
    package var version: String
    /// Whether the cameras are simulated; the pages say so.
    package var isDemo = false
    /// The address that people use, such as `https://masks.example.org`, if it is not the one the server sees.
    package var publicOrigin: String?
    /// Numeric addresses of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    package var trustedProxies: Set<String> = []
    /// Makes the texts of test messages and previews; the notifier has the same.
    package var messages = MessageComposer(timeZone: .gmt, publicURL: nil)
    /// Also for camera tests; `allowsFiles` says whether `file:` addresses may be cameras.
    package var capture = CaptureLimits()
    /// What cameras and receivers of messages may not be given as; what connects to them has the same.
    package var addressPolicy = AddressPolicy()
    /// Of cameras that belong to no site.
    package var timeZone = TimeZone.gmt
    /// `name/version` of the models in use now.
    package var models: @Sendable () -> [String] = { [] }

    package init(listener: HTTPListenerOptions, version: String) {
        self.listener = listener
        self.version = version
    }
}
