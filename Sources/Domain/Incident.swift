package import Foundation

/// A rule that is, or was, broken on a camera.
package struct Incident: Hashable, Sendable, Codable, Identifiable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case open, closed
    }

    package let id: IncidentID
    package let ruleID: RuleID
    /// The rule's name when the incident opened.
    package var ruleName: String
    package let cameraID: CameraID
    package var severity: Rule.Severity
    package var state: State
    package let openedAt: Date
    package var updatedAt: Date
    package var closedAt: Date?
    /// Most violating faces in one picture.
    package var peakFaces: Int
    /// Violating pictures so far.
    package var pictures: Int
    /// The picture with the most violating faces.
    package var evidence: SnapshotID
    package var acknowledgedAt: Date?
    package var acknowledgedBy: String?

    package init(
        id: IncidentID, ruleID: RuleID, ruleName: String, cameraID: CameraID, severity: Rule.Severity,
        state: State = .open, openedAt: Date, updatedAt: Date, closedAt: Date? = nil, peakFaces: Int, pictures: Int,
        evidence: SnapshotID, acknowledgedAt: Date? = nil, acknowledgedBy: String? = nil
    ) {
        self.id = id
        self.ruleID = ruleID
        self.ruleName = ruleName
        self.cameraID = cameraID
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
    }
}

/// What happened to an incident; the `type` of the messages sent about it.
package enum IncidentEvent: String, Codable, Sendable, CaseIterable {
    case opened = "incident.opened"
    case updated = "incident.updated"
    case closed = "incident.closed"
}
