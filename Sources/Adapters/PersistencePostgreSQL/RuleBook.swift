import Domain
import Foundation
import Persistence
import PostgreSQL

/// What rules remember of targets, read in one round trip with what else a plan is made from.
struct RuleMemory {
    private let progress: Question
    private let incidents: Question

    /// Of a camera and its zones.
    init(_ connection: Connection, camera: CameraID) {
        progress = connection.ask(
            """
            SELECT rule_id, target, pictures, format, decided_until, memory FROM rule_progress WHERE camera_id = $1
            """, camera)
        incidents = connection.askOpenIncidents(camera: camera)
    }

    /// Of everything.
    init(_ connection: Connection) {
        progress = connection.ask(
            "SELECT rule_id, target, pictures, format, decided_until, memory FROM rule_progress")
        incidents = connection.askOpenIncidents()
    }

    /// Those that were asked for.
    func openIncidents() throws -> [Incident] { try incidents.rows { try Incident(row: $0) } }

    /// The targets of the rules with how far they have come.
    func watched(_ targets: [(rule: Rule, target: RuleTarget)]) throws -> [WatchedTarget] {
        guard !targets.isEmpty else { return [] }
        let keys = Set(targets.map { Key(rule: $0.rule.id, target: $0.target.key) })
        var known: [Key: RuleProgress] = [:]
        let stored = try progress.rows { row in
            let key = Key(rule: try row(0), target: try row(1))
            return keys.contains(key) ? (key, try RuleProgress(row: row, from: 2)) : nil
        }
        for case (let key, let progress)? in stored { known[key] = progress }
        for incident in try openIncidents() {
            known[Key(rule: incident.ruleID, target: incident.target.key), default: RuleProgress()].incident = incident
        }
        return targets.map { rule, target in
            WatchedTarget(
                rule: rule, target: target,
                progress: known[Key(rule: rule.id, target: target.key)] ?? RuleProgress())
        }
    }

    private struct Key: Hashable {
        let rule: RuleID
        let target: String
    }
}

extension Connection {
    /// Sends what a plan says and says which incidents it touches. Whoever calls it holds the locks of the targets.
    func apply(_ plan: AnalysisPlan, at time: Date, rules: RuleCache) throws -> [IncidentID] {
        count(plan.counts)
        var touched: [IncidentID] = []
        for decision in plan.decisions {
            for event in decision.events {
                save(event.incident)
                keep(event.evidence, for: event.incident.id)
                if event.notifies {
                    try tell(event.event, of: event.incident, within: plan.overallLimits, at: time, rules: rules)
                }
                if touched.last != event.incident.id { touched.append(event.incident.id) }
            }
            try write(decision)
        }
        return touched
    }

    private func write(_ decision: TargetDecision) throws {
        guard let progress = decision.progress else {
            return send(
                "DELETE FROM rule_progress WHERE rule_id = $1 AND target = $2", decision.ruleID, decision.target.key)
        }
        send(
            """
            INSERT INTO rule_progress (rule_id, target, camera_id, pictures, format, decided_until, memory)
            SELECT $1, $2, $3, $4, $5, $6, $7::json WHERE EXISTS (SELECT 1 FROM rules WHERE id = $1)
            ON CONFLICT (rule_id, target) DO UPDATE SET pictures = $4, format = $5, decided_until = $6,
            memory = excluded.memory
            """, decision.ruleID, decision.target.key, decision.target.cameraID,
            PictureSeries.encode(progress.pictures), PictureSeries.format, progress.decidedUntil,
            try ProgressMemory(progress)?.text)
    }
}

extension RuleProgress {
    /// Reads pictures, format, decided_until, memory.
    fileprivate init(row: Row, from first: Int) throws {
        let memory: ProgressMemory? = try row.optionalJSON(first + 3)
        self.init(
            pictures: try PictureSeries.decode(try row(first), format: try row(first + 1)),
            decidedUntil: try row(first + 2), run: memory?.run, window: memory?.window ?? [])
    }
}
