import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteIncidentRepository: IncidentRepository {
    let tables: Tables

    func incidents(_ query: IncidentQuery) async throws -> [Incident] {
        try await tables.read { connection in
            let before = query.before ?? .distantFuture
            return switch (query.state, query.camera) {
            case (nil, nil): try connection.incidents(before: before, limit: query.limit)
            case (let state?, nil): try connection.incidents(state: state, before: before, limit: query.limit)
            case (let state, let camera?):
                try connection.incidents(camera: camera, state: state, before: before, limit: query.limit)
            }
        }
    }

    func incident(_ id: IncidentID) async throws -> Incident? {
        try await tables.read { connection in
            try connection.first(
                """
                SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
                pictures, evidence, acknowledged_at, acknowledged_by FROM incidents WHERE id = ?1
                """, id
            ) { try Incident(row: $0) }
        }
    }

    func acknowledge(_ id: IncidentID, by user: String, at time: Date) async throws -> Bool {
        try await tables.write { connection in
            try connection.run(
                """
                UPDATE incidents SET acknowledged_at = coalesce(acknowledged_at, ?2),
                acknowledged_by = coalesce(acknowledged_by, ?3) WHERE id = ?1
                """, id, time, user) > 0
        }
    }
}

extension Connection {
    fileprivate func incidents(before: Date, limit: Int) throws -> [Incident] {
        try rows(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by FROM incidents
            WHERE opened_at < ?1 ORDER BY opened_at DESC, id DESC LIMIT ?2
            """, before, limit
        ) { try Incident(row: $0) }
    }

    fileprivate func incidents(state: Incident.State, before: Date, limit: Int) throws -> [Incident] {
        try rows(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by FROM incidents
            WHERE state = ?1 AND opened_at < ?2 ORDER BY opened_at DESC, id DESC LIMIT ?3
            """, state.rawValue, before, limit
        ) { try Incident(row: $0) }
    }

    fileprivate func incidents(
        camera: CameraID, state: Incident.State?, before: Date, limit: Int
    ) throws -> [Incident] {
        try rows(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by FROM incidents
            WHERE camera_id = ?1 AND (?2 IS NULL OR state = ?2) AND opened_at < ?3
            ORDER BY opened_at DESC, id DESC LIMIT ?4
            """, camera, state?.rawValue, before, limit
        ) { try Incident(row: $0) }
    }

    func openIncident(rule: RuleID, camera: CameraID) throws -> Incident? {
        try first(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by FROM incidents
            WHERE rule_id = ?1 AND camera_id = ?2 AND state = 'open'
            """, rule, camera
        ) { try Incident(row: $0) }
    }

    func openIncidents() throws -> [Incident] {
        try rows(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by FROM incidents WHERE state = 'open' ORDER BY opened_at
            """
        ) { try Incident(row: $0) }
    }

    /// Adds or replaces. What people said of it belongs to `acknowledge`.
    func save(_ incident: Incident) throws {
        try run(
            """
            INSERT INTO incidents (id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at,
            peak_faces, pictures, evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT (id) DO UPDATE SET severity = ?5, state = ?6, updated_at = ?8, closed_at = ?9, peak_faces = ?10,
            pictures = ?11, evidence = ?12
            """, incident.id, incident.ruleID, incident.ruleName, incident.cameraID, incident.severity.rawValue,
            incident.state.rawValue, incident.openedAt, incident.updatedAt, incident.closedAt, incident.peakFaces,
            incident.pictures, incident.evidence)
    }
}

extension Incident {
    /// Reads id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces, pictures,
    /// evidence, acknowledged_at, acknowledged_by.
    init(row: Row) throws {
        self.init(
            id: try row(0), ruleID: try row(1), ruleName: try row(2), cameraID: try row(3), severity: try row.word(4),
            state: try row.word(5), openedAt: try row(6), updatedAt: try row(7), closedAt: try row(8),
            peakFaces: try row(9), pictures: try row(10), evidence: try row(11), acknowledgedAt: try row(12),
            acknowledgedBy: try row(13))
    }
}
