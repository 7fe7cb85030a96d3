import Domain
import Foundation
import Persistence
import SQLite

/// What a picture does to rules and incidents, inside the transaction that records it.
extension Connection {
    /// Asks `decide` for every rule that watches the camera and writes what it says.
    func applyRules(
        to camera: CameraID, at time: Date, decide: (Rule, RuleProgress) -> RuleDecision
    ) throws -> [IncidentID] {
        var touched: [IncidentID] = []
        for rule in try rules() where rule.watches(camera) {
            let before = try progress(of: rule.id, camera: camera)
            let decision = decide(rule, before)
            for event in decision.events {
                try write(event, at: time)
                if touched.last != event.incident.id { touched.append(event.incident.id) }
            }
            if decision.progress != before { try save(decision.progress, of: rule.id, camera: camera) }
        }
        return touched
    }

    /// Closes what no picture can close any more, and forgets how far its rule had come.
    func closeAbandonedIncidents(at time: Date) throws -> [IncidentID] {
        let rules = Dictionary(uniqueKeysWithValues: try rules().map { ($0.id, $0) })
        let cameras = Set(try rows("SELECT id FROM cameras WHERE is_enabled = 1") { try $0(0, as: CameraID.self) })
        var closed: [IncidentID] = []
        for var incident in try openIncidents() {
            let camera = incident.cameraID
            if cameras.contains(camera), rules[incident.ruleID]?.watches(camera) == true { continue }
            incident.state = .closed
            incident.closedAt = time
            incident.updatedAt = max(incident.updatedAt, time)
            try write(RuleDecision.Event(event: .closed, incident: incident, notifies: true), at: time)
            try run("DELETE FROM rule_progress WHERE rule_id = ?1 AND camera_id = ?2", incident.ruleID, camera)
            closed.append(incident.id)
        }
        return closed
    }

    private func write(_ event: RuleDecision.Event, at time: Date) throws {
        try save(event.incident)
        if event.notifies { try tell(event.event, of: event.incident, at: time) }
    }

    private func progress(of rule: RuleID, camera: CameraID) throws -> RuleProgress {
        let stored = try first(
            "SELECT pictures, decided_until FROM rule_progress WHERE rule_id = ?1 AND camera_id = ?2", rule, camera
        ) { RuleProgress(pictures: try PictureSeries.decode(try $0(0)), decidedUntil: try $0(1)) }
        var progress = stored ?? RuleProgress()
        progress.incident = try openIncident(rule: rule, camera: camera)
        return progress
    }

    private func save(_ progress: RuleProgress, of rule: RuleID, camera: CameraID) throws {
        try run(
            """
            INSERT INTO rule_progress (rule_id, camera_id, pictures, decided_until) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (rule_id, camera_id) DO UPDATE SET pictures = ?3, decided_until = ?4
            """, rule, camera, PictureSeries.encode(progress.pictures), progress.decidedUntil)
    }
}
