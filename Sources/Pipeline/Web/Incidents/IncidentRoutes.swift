import Domain
import Foundation
import HTTPTypes
import Messaging
import Persistence

/// Incidents, and what people say of them.
struct IncidentRoutes: Sendable {
    let incidents: any IncidentRepository
    let broadcast: any Broadcast

    private struct List: Encodable { let incidents: [IncidentView] }
    private struct Evidence: Encodable { let observations: [ObservationView] }
    private struct Comments: Encodable { let comments: [IncidentComment] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        var query = QueryReader(request.http)
        let selection = IncidentQuery(
            state: query.choice("state"), camera: query.identifier("camera"), before: query.date("before"),
            limit: query.limit())
        try query.finish()
        return try .json(List(incidents: try await incidents.incidents(selection).map(IncidentView.init)))
    }

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(IncidentView(try await incident(in: request)))
    }

    func acknowledge(_ request: WebRequest) async throws -> HTTPResponse {
        let user = try request.signedIn().user
        let id: IncidentID = try request.identifier("incident")
        guard try await incidents.acknowledge(id, by: user.name, at: request.now) else { throw Problem.notFound }
        await broadcast.publish(.incident(id))
        return try await show(request)
    }

    func setFalseAlarm(_ request: WebRequest) async throws -> HTTPResponse {
        let user = try request.signedIn().user
        let id: IncidentID = try request.identifier("incident")
        let isFalse = try request.decode { $0.flag("false_alarm", fallback: true) }
        guard try await incidents.setFalseAlarm(isFalse, id, by: user.name, at: request.now) else {
            throw Problem.notFound
        }
        await broadcast.publish(.incident(id))
        return try await show(request)
    }

    /// The pictures that belong to it and are still there.
    func evidence(_ request: WebRequest) async throws -> HTTPResponse {
        let id = try await incident(in: request).id
        return try .json(Evidence(observations: try await incidents.evidence(of: id).map(ObservationView.init)))
    }

    func comments(_ request: WebRequest) async throws -> HTTPResponse {
        let id = try await incident(in: request).id
        return try .json(Comments(comments: try await incidents.comments(on: id)))
    }

    func comment(_ request: WebRequest) async throws -> HTTPResponse {
        let user = try request.signedIn().user
        let id = try await incident(in: request).id
        let text = try request.decode { $0.text("text", .comment) }
        let comment = IncidentComment(author: user.name, writtenAt: request.now, text: text)
        guard try await incidents.add(comment, to: id) else {
            throw Problem.invalid("text", "There are \(IncidentComment.maximumPerIncident) comments already.")
        }
        await broadcast.publish(.incident(id))
        return try .json(Comments(comments: try await incidents.comments(on: id)), status: .created)
    }

    private func incident(in request: WebRequest) async throws -> Incident {
        guard let incident = try await incidents.incident(try request.identifier("incident")) else {
            throw Problem.notFound
        }
        return incident
    }
}

/// An incident with every field spelt out.
struct IncidentView: Encodable {
    let id: IncidentID
    let ruleID: RuleID
    let ruleName: String
    @Nullable var cameraID: CameraID?
    @Nullable var zoneID: ZoneID?
    let severity: Rule.Severity
    let state: Incident.State
    let openedAt: Date
    let updatedAt: Date
    @Nullable var closedAt: Date?
    let peakFaces: Int
    let pictures: Int
    @Nullable var evidence: SnapshotID?
    @Nullable var acknowledgedAt: Date?
    @Nullable var acknowledgedBy: String?
    @Nullable var falseAlarmAt: Date?
    @Nullable var falseAlarmBy: String?

    init(_ incident: Incident) {
        id = incident.id
        ruleID = incident.ruleID
        ruleName = incident.ruleName
        cameraID = incident.cameraID
        zoneID = incident.zoneID
        severity = incident.severity
        state = incident.state
        openedAt = incident.openedAt
        updatedAt = incident.updatedAt
        closedAt = incident.closedAt
        peakFaces = incident.peakFaces
        pictures = incident.pictures
        evidence = incident.evidence
        acknowledgedAt = incident.acknowledgedAt
        acknowledgedBy = incident.acknowledgedBy
        falseAlarmAt = incident.falseAlarmAt
        falseAlarmBy = incident.falseAlarmBy
    }
}
