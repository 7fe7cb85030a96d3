package import Foundation

/// A camera that Maskwatch takes pictures from.
package struct Camera: Hashable, Sendable, Identifiable {
    package let id: CameraID
    package var name: String
    package var source: CameraSource
    package var sampling: Sampling
    package var isEnabled: Bool
    /// Nil: it belongs to no site and keeps the time of the installation.
    package var siteID: SiteID?
    package var zones: [Zone]
    package let createdAt: Date
    package var updatedAt: Date

    package init(
        id: CameraID = CameraID(), name: String, source: CameraSource, sampling: Sampling = Sampling(),
        isEnabled: Bool = true, siteID: SiteID? = nil, zones: [Zone] = [], createdAt: Date = Date(),
        updatedAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.source = source
        self.sampling = sampling
        self.isEnabled = isEnabled
        self.siteID = siteID
        self.zones = zones
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }
}

/// Where a camera's pictures come from. The address never holds the user or the password: those have fields of their own.
package struct CameraSource: Hashable, Sendable {
    package enum Transport: String, Codable, Sendable, CaseIterable {
        case tcp, udp
    }

    /// `rtsp`, `rtsps`, `http` or `https`; `file` only where the configuration allows it.
    package var address: String
    package var username: String?
    package var password: Secret?
    /// How RTP travels; only for RTSP.
    package var transport: Transport

    package init(address: String, username: String? = nil, password: Secret? = nil, transport: Transport = .tcp) {
        self.address = address
        self.username = username
        self.password = password
        self.transport = transport
    }
}

/// How often pictures are taken.
package struct Sampling: Hashable, Sendable, Codable {
    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// `persistent` for short intervals, `on-demand` for long ones.
        case auto
        /// The session stays open.
        case persistent
        /// Connect, take the burst, close.
        case onDemand = "on-demand"
    }

    /// Seconds from burst to burst.
    package var every: Double
    /// Pictures in a burst.
    package var shots: Int
    /// Seconds between the shots of a burst.
    package var spacing: Double
    package var mode: Mode

    package static let everyRange = 0.2...86_400.0
    package static let shotsRange = 1...10
    package static let spacingRange = 0.1...60.0

    package init(every: Double = 5, shots: Int = 1, spacing: Double = 0.5, mode: Mode = .auto) {
        self.every = every
        self.shots = shots
        self.spacing = spacing
        self.mode = mode
    }
}
