import Domain
import Foundation
import HTTPTypes
import Messaging
import Persistence

/// Incidents, and that somebody has seen them.
struct IncidentRoutes: Sendable {
    let incidents: any IncidentRepository
    let broadcast: any Broadcast

    private struct List: Encodable { let incidents: [IncidentView] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        var query = QueryReader(request.http)
        let selection = IncidentQuery(
            state: query.choice("state"), camera: query.identifier("camera"), before: query.date("before"),
            limit: query.limit())
        try query.finish()
        return try .json(List(incidents: try await incidents.incidents(selection).map(IncidentView.init)))
    }

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        guard let incident = try await incidents.incident(try request.identifier("incident")) else {
            throw Problem.notFound
        }
        return try .json(IncidentView(incident))
    }

    func acknowledge(_ request: WebRequest) async throws -> HTTPResponse {
        let user = try request.signedIn().user
        let id: IncidentID = try request.identifier("incident")
        guard try await incidents.acknowledge(id, by: user.name, at: request.now) else { throw Problem.notFound }
        await broadcast.publish(.incident(id))
        return try await show(request)
    }
}

/// An incident with every field spelt out.
struct IncidentView: Encodable {
    let id: IncidentID
    let ruleID: RuleID
    let ruleName: String
    let cameraID: CameraID
    let severity: Rule.Severity
    let state: Incident.State
    let openedAt: Date
    let updatedAt: Date
    @Nullable var closedAt: Date?
    let peakFaces: Int
    let pictures: Int
    let evidence: SnapshotID
    @Nullable var acknowledgedAt: Date?
    @Nullable var acknowledgedBy: String?

    init(_ incident: Incident) {
        id = incident.id
        ruleID = incident.ruleID
        ruleName = incident.ruleName
        cameraID = incident.cameraID
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
    }
}
