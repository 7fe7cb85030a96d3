package import Foundation

/// When to raise an incident: where, what, for how long, at which hours, and how often people are told of it.
package struct Rule: Hashable, Sendable, Identifiable {
    package enum Severity: String, Codable, Sendable, CaseIterable {
        case info, warning, critical
    }

    package let id: RuleID
    package var name: String
    package var isEnabled: Bool
    /// The cameras it watches, together with those of `sites`; nil means every camera, unless sites or zones are named.
    package var cameras: Set<CameraID>?
    package var sites: Set<SiteID>
    /// Parts of pictures that it watches, each for itself.
    package var zones: Set<ZoneID>
    package var condition: RuleCondition
    /// What opens an incident.
    package var confirmation: RuleConfirmation
    /// What closes it.
    package var release: RuleConfirmation
    package var severity: Severity
    /// When it watches; nil means always.
    package var schedule: Schedule?
    package var limits: MessageLimits
    /// Until then incidents open and close, and nobody is told.
    package var snoozedUntil: Date?
    package var updatedAt: Date

    package static let facesRange = 1...100
    package static let picturesRange = 1...100
    /// Seconds of a confirmation, a release and a window.
    package static let secondsRange = 0.0...86_400.0

    package init(
        id: RuleID = RuleID(), name: String, isEnabled: Bool = true, cameras: Set<CameraID>? = nil,
        sites: Set<SiteID> = [], zones: Set<ZoneID> = [], condition: RuleCondition = .faces(FacesCondition()),
        confirmation: RuleConfirmation = .pictures(2, of: 2), release: RuleConfirmation = .pictures(3, of: 3),
        severity: Severity = .warning, schedule: Schedule? = nil, limits: MessageLimits = MessageLimits(),
        snoozedUntil: Date? = nil, updatedAt: Date = Date()
    ) {
        self.id = id
        self.name = name
        self.isEnabled = isEnabled
        self.cameras = cameras
        self.sites = sites
        self.zones = zones
        self.condition = condition
        self.confirmation = confirmation
        self.release = release
        self.severity = severity
        self.schedule = schedule
        self.limits = limits
        self.snoozedUntil = snoozedUntil
        self.updatedAt = updatedAt
    }

    /// Whether it watches at that moment, by the clock of the site.
    package func isActive(at time: Date, in timeZone: TimeZone) -> Bool {
        schedule?.isActive(at: time, in: timeZone) ?? true
    }

    package func isSnoozed(at time: Date) -> Bool { snoozedUntil.map { time < $0 } ?? false }
}

extension Rule {
    /// Whether it watches the whole picture of the camera.
    package func watches(_ camera: Camera) -> Bool {
        guard isEnabled, !condition.isOfSystem else { return false }
        if let cameras, cameras.contains(camera.id) { return true }
        if let site = camera.siteID, sites.contains(site) { return true }
        return cameras == nil && sites.isEmpty && zones.isEmpty
    }

    /// What it watches of the camera, each part with a progress and an incident of its own.
    package func targets(of camera: Camera) -> [RuleTarget] {
        guard isEnabled, !condition.isOfSystem else { return [] }
        let parts = condition.isOfPictures ? camera.zones.filter { zones.contains($0.id) } : []
        return (watches(camera) ? [.camera(camera.id)] : []) + parts.map { .zone($0.id, camera.id) }
    }

    /// Whether it still watches what an incident was about.
    package func watches(_ target: RuleTarget, among cameras: [CameraID: Camera]) -> Bool {
        switch target {
        case .system: isEnabled && condition.isOfSystem
        case .camera(let id), .zone(_, let id):
            cameras[id].map { $0.isEnabled && targets(of: $0).contains(target) } ?? false
        }
    }
}

/// What an incident of a rule is about.
package enum RuleTarget: Hashable, Sendable {
    case camera(CameraID)
    case zone(ZoneID, CameraID)
    case system

    package var cameraID: CameraID? {
        switch self {
        case .camera(let id), .zone(_, let id): id
        case .system: nil
        }
    }

    package var zoneID: ZoneID? { if case .zone(let id, _) = self { id } else { nil } }

    /// The identity of the camera or zone, or `system`: what progress and open incidents are kept under.
    package var key: String {
        switch self {
        case .camera(let id): id.description
        case .zone(let id, _): id.description
        case .system: "system"
        }
    }
}

/// Fields that are missing have the values a new rule begins with, so that rules of older versions can be read.
extension Rule: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, isEnabled, cameras, sites, zones, condition, confirmation, release, severity, schedule, limits
        case snoozedUntil, updatedAt
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(RuleID.self, forKey: .id), name: try container.decode(String.self, forKey: .name),
            isEnabled: try container.decode(Bool.self, forKey: .isEnabled),
            cameras: try container.decodeIfPresent(Set<CameraID>.self, forKey: .cameras),
            sites: try container.decodeIfPresent(Set<SiteID>.self, forKey: .sites) ?? [],
            zones: try container.decodeIfPresent(Set<ZoneID>.self, forKey: .zones) ?? [],
            condition: try container.decode(RuleCondition.self, forKey: .condition),
            confirmation: try container.decode(RuleConfirmation.self, forKey: .confirmation),
            release: try container.decode(RuleConfirmation.self, forKey: .release),
            severity: try container.decode(Severity.self, forKey: .severity),
            schedule: try container.decodeIfPresent(Schedule.self, forKey: .schedule),
            limits: try container.decodeIfPresent(MessageLimits.self, forKey: .limits) ?? MessageLimits(),
            snoozedUntil: try container.decodeIfPresent(Date.self, forKey: .snoozedUntil),
            updatedAt: try container.decode(Date.self, forKey: .updatedAt))
    }
}
