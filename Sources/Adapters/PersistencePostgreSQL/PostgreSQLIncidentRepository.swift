import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLIncidentRepository: IncidentRepository {
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
                pictures, evidence, acknowledged_at, acknowledged_by, zone_id,
                false_alarm_at, false_alarm_by FROM incidents WHERE id = $1
                """, id
            ) { try Incident(row: $0) }
        }
    }

    func camerasWithIncidents(since time: Date?) async throws -> Set<CameraID> {
        let time = time ?? .distantFuture
        return try await tables.read { connection in
            Set(
                try connection.rows(
                    """
                    SELECT DISTINCT camera_id FROM incidents
                    WHERE camera_id IS NOT NULL AND (state = 'open' OR opened_at >= $1)
                    """, time
                ) { try $0(0) })
        }
    }

    func acknowledge(_ id: IncidentID, by user: String, at time: Date) async throws -> Bool {
        try await tables.write { connection in
            try connection.run(
                """
                UPDATE incidents SET acknowledged_at = coalesce(acknowledged_at, $2),
                acknowledged_by = coalesce(acknowledged_by, $3) WHERE id = $1
                """, id, time, user) > 0
        }
    }
}

extension Connection {
    fileprivate func incidents(before: Date, limit: Int) throws -> [Incident] {
        try rows(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by, zone_id, false_alarm_at,
            false_alarm_by FROM incidents
            WHERE opened_at < $1 ORDER BY opened_at DESC, id DESC LIMIT $2
            """, before, limit
        ) { try Incident(row: $0) }
    }

    fileprivate func incidents(state: Incident.State, before: Date, limit: Int) throws -> [Incident] {
        try rows(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by, zone_id, false_alarm_at,
            false_alarm_by FROM incidents
            WHERE state = $1 AND opened_at < $2 ORDER BY opened_at DESC, id DESC LIMIT $3
            """, state.rawValue, before, limit
        ) { try Incident(row: $0) }
    }

    fileprivate func incidents(
        camera: CameraID, state: Incident.State?, before: Date, limit: Int
    ) throws -> [Incident] {
        try rows(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by, zone_id, false_alarm_at,
            false_alarm_by FROM incidents
            WHERE camera_id = $1 AND ($2 IS NULL OR state = $2) AND opened_at < $3
            ORDER BY opened_at DESC, id DESC LIMIT $4
            """, camera, state?.rawValue, before, limit
        ) { try Incident(row: $0) }
    }

    /// Of the camera and its zones.
    func askOpenIncidents(camera: CameraID) -> Question {
        ask(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by, zone_id, false_alarm_at,
            false_alarm_by FROM incidents WHERE camera_id = $1 AND state = 'open'
            """, camera)
    }

    func askOpenIncidents() -> Question {
        ask(
            """
            SELECT id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces,
            pictures, evidence, acknowledged_at, acknowledged_by, zone_id, false_alarm_at,
            false_alarm_by FROM incidents WHERE state = 'open' ORDER BY opened_at
            """)
    }

    /// Adds or replaces. What people said of it belongs to `acknowledge` and `setFalseAlarm`.
    func save(_ incident: Incident) {
        send(
            """
            INSERT INTO incidents (id, rule_id, rule_name, target, camera_id, zone_id, severity, state, opened_at,
            updated_at, closed_at, peak_faces, pictures, evidence)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (id) DO UPDATE SET severity = $7, state = $8, updated_at = $10, closed_at = $11,
            peak_faces = $12, pictures = $13, evidence = $14
            """, incident.id, incident.ruleID, incident.ruleName, incident.target.key, incident.cameraID,
            incident.zoneID, incident.severity.rawValue, incident.state.rawValue, incident.openedAt, incident.updatedAt,
            incident.closedAt, incident.peakFaces, incident.pictures, incident.evidence)
    }

    /// The first pictures belong to the incident, and the one that shows most. Retention, which deletes them, waits for the
    /// end of the transaction or has taken them before.
    func keep(_ pictures: [SnapshotID], for incident: IncidentID) {
        guard !pictures.isEmpty else { return }
        send("SELECT 1 FROM observations WHERE snapshot_id = ANY ($1) FOR KEY SHARE", pictures)
        for picture in pictures {
            send(
                """
                INSERT INTO incident_pictures (incident_id, snapshot_id) SELECT $1, $2
                WHERE (SELECT count(*) FROM incident_pictures WHERE incident_id = $1) < $3
                OR $2 = (SELECT evidence FROM incidents WHERE id = $1) ON CONFLICT DO NOTHING
                """, incident, picture, Incident.maximumEvidence)
        }
    }
}

extension PostgreSQLIncidentRepository {
    func setFalseAlarm(_ isFalse: Bool, _ id: IncidentID, by user: String, at time: Date) async throws -> Bool {
        let (time, user): (Date?, String?) = isFalse ? (time, user) : (nil, nil)
        return try await tables.write { connection in
            try connection.run(
                "UPDATE incidents SET false_alarm_at = $2, false_alarm_by = $3 WHERE id = $1", id, time, user) > 0
        }
    }

    func comments(on id: IncidentID) async throws -> [IncidentComment] {
        try await tables.read { connection in
            try connection.rows(
                "SELECT author, written_at, text FROM incident_comments WHERE incident_id = $1 ORDER BY number", id
            ) { IncidentComment(author: try $0(0), writtenAt: try $0(1), text: try $0(2)) }
        }
    }

    func add(_ comment: IncidentComment, to id: IncidentID) async throws -> Bool {
        try await tables.write { connection in
            try connection.run(
                """
                INSERT INTO incident_comments (incident_id, author, written_at, text) SELECT $1, $2, $3, $4
                WHERE EXISTS (SELECT 1 FROM incidents WHERE id = $1)
                AND (SELECT count(*) FROM incident_comments WHERE incident_id = $1) < $5
                """, id, comment.author, comment.writtenAt, comment.text, IncidentComment.maximumPerIncident) > 0
        }
    }

    func evidence(of id: IncidentID) async throws -> [Observation] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT observations.snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id,
                shot, shots FROM incident_pictures
                JOIN observations ON observations.snapshot_id = incident_pictures.snapshot_id
                WHERE incident_id = $1 ORDER BY taken_at, observations.snapshot_id
                """, id
            ) { try Observation(row: $0) }
        }
    }
}

extension Incident {
    /// Reads id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at, closed_at, peak_faces, pictures,
    /// evidence, acknowledged_at, acknowledged_by, zone_id, false_alarm_at, false_alarm_by.
    init(row: Row) throws {
        self.init(
            id: try row(0), ruleID: try row(1), ruleName: try row(2), cameraID: try row(3), zoneID: try row(14),
            severity: try row.word(4), state: try row.word(5), openedAt: try row(6), updatedAt: try row(7),
            closedAt: try row(8), peakFaces: try row(9), pictures: try row(10), evidence: try row(11),
            acknowledgedAt: try row(12), acknowledgedBy: try row(13), falseAlarmAt: try row(15),
            falseAlarmBy: try row(16))
    }
}
