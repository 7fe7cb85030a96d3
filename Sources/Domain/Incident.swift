package import Foundation

/// A rule that is, or was, broken on a camera, in a zone of one, or by the system.
package struct Incident: Hashable, Sendable, Codable, Identifiable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case open, closed
    }

    package let id: IncidentID
    package let ruleID: RuleID
    /// The rule's name when the incident opened.
    package var ruleName: String
    /// Nil for the system.
    package let cameraID: CameraID?
    package let zoneID: ZoneID?
    package var severity: Rule.Severity
    package var state: State
    package let openedAt: Date
    package var updatedAt: Date
    package var closedAt: Date?
    /// Most violating faces in one picture.
    package var peakFaces: Int
    /// Violating pictures so far.
    package var pictures: Int
    /// The picture with the most violating faces; nil if no picture decided on it.
    package var evidence: SnapshotID?
    package var acknowledgedAt: Date?
    package var acknowledgedBy: String?
    /// When somebody said that nothing was wrong; nil if nobody did.
    package var falseAlarmAt: Date?
    package var falseAlarmBy: String?

    package init(
        id: IncidentID, ruleID: RuleID, ruleName: String, cameraID: CameraID?, zoneID: ZoneID? = nil,
        severity: Rule.Severity, state: State = .open, openedAt: Date, updatedAt: Date, closedAt: Date? = nil,
        peakFaces: Int, pictures: Int, evidence: SnapshotID?, acknowledgedAt: Date? = nil,
        acknowledgedBy: String? = nil, falseAlarmAt: Date? = nil, falseAlarmBy: String? = nil
    ) {
        self.id = id
        self.ruleID = ruleID
        self.ruleName = ruleName
        self.cameraID = cameraID
        self.zoneID = zoneID
        self.severity = severity
        self.state = state
        self.openedAt = openedAt
        self.updatedAt = updatedAt
        self.closedAt = closedAt
        self.peakFaces = peakFaces
        self.pictures = pictures
        self.evidence = evidence
        self.acknowledgedAt = acknowledgedAt
        self.acknowledgedBy = acknowledgedBy
        self.falseAlarmAt = falseAlarmAt
        self.falseAlarmBy = falseAlarmBy
    }

    /// Pictures of an incident that are kept as long as it is.
    package static let maximumEvidence = 50

    package var target: RuleTarget {
        guard let cameraID else { return .system }
        return zoneID.map { .zone($0, cameraID) } ?? .camera(cameraID)
    }
}

/// What somebody wrote about an incident.
package struct IncidentComment: Hashable, Sendable, Codable {
    package let author: String
    package let writtenAt: Date
    package let text: String

    package static let maximumPerIncident = 100

    package init(author: String, writtenAt: Date, text: String) {
        self.author = author
        self.writtenAt = writtenAt
        self.text = text
    }
}

/// What happened to an incident; the `type` of the messages sent about it.
package enum IncidentEvent: String, Codable, Sendable, CaseIterable {
    case opened = "incident.opened"
    case updated = "incident.updated"
    case closed = "incident.closed"
    /// Several messages that were held back, told together.
    case summary = "incident.summary"
    /// The regular report, which is of no incident.
    case report
}
