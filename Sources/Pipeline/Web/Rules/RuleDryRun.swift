import Domain
import Foundation
import Persistence

/// What a rule would have raised on the pictures of the last days that are still there.
struct RuleDryRun: Sendable {
    let observations: any ObservationRepository
    let cameras: any CameraRepository
    let sites: any SiteRepository
    /// Of cameras that belong to no site.
    let timeZone: TimeZone

    static let daysRange = 1...14
    static let maximumPictures = 30_000
    static let maximumIncidents = 200

    struct Result: Encodable {
        /// Pictures looked at.
        let pictures: Int
        /// The first and the last of them.
        @Nullable var from: Date?
        @Nullable var to: Date?
        /// Whether there were more pictures than a dry run looks at.
        let isCut: Bool
        /// How many there would have been, and the newest of them.
        let count: Int
        /// Messages that would have been sent, as the limits of the rule allow.
        let messages: Int
        let incidents: [DryIncident]
    }

    struct DryIncident: Encodable {
        let cameraID: CameraID
        @Nullable var zoneID: ZoneID?
        let openedAt: Date
        @Nullable var closedAt: Date?
        let peakFaces: Int
        let pictures: Int
        @Nullable var evidence: SnapshotID?
    }

    @concurrent
    func run(_ rule: Rule, days: Int, at now: Date) async throws -> Result {
        var rule = rule
        rule.isEnabled = true
        rule.snoozedUntil = nil
        let watched = try await cameras.cameras().filter { !rule.targets(of: $0).isEmpty }
        let zones = try await sites.sites().reduce(into: [:]) { $0[$1.id] = $1.timeZone }
        let seen = try await observations.replay(
            cameras: Set(watched.map(\.id)), in: now.addingTimeInterval(-86_400 * Double(days))..<now,
            limit: Self.maximumPictures)
        var replay = RuleReplay(rule: rule, cameras: watched) { camera in
            camera.siteID.flatMap { zones[$0] } ?? timeZone
        }
        for observation in seen { replay.feed(observation) }
        let incidents = replay.incidents.sorted { $0.openedAt > $1.openedAt }
        return Result(
            pictures: seen.count, from: seen.first?.takenAt, to: seen.last?.takenAt,
            isCut: seen.count == Self.maximumPictures, count: incidents.count, messages: replay.messages,
            incidents: incidents.prefix(Self.maximumIncidents).compactMap(DryIncident.init))
    }
}

extension RuleDryRun.DryIncident {
    fileprivate init?(_ incident: Incident) {
        guard let cameraID = incident.cameraID else { return nil }
        self.init(
            cameraID: cameraID, zoneID: incident.zoneID, openedAt: incident.openedAt, closedAt: incident.closedAt,
            peakFaces: incident.peakFaces, pictures: incident.pictures, evidence: incident.evidence)
    }
}
