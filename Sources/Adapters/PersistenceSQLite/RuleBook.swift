import Domain
import Foundation
import Persistence
import SQLite

/// What is known of rules and their targets, and what becomes of them, inside the transaction of a plan.
extension Connection {
    /// Every target of an enabled rule on pictures of the camera.
    func watchedTargets(of camera: Camera) throws -> [WatchedTarget] {
        try rules().filter(\.condition.isOfPictures).flatMap { rule in
            try rule.targets(of: camera).map { try watched(rule, $0) }
        }
    }

    /// Every target of an enabled rule on the state of the cameras or of the system.
    func watchedStates(of cameras: [Camera]) throws -> [WatchedTarget] {
        try rules().filter { $0.isEnabled && !$0.condition.isOfPictures }.flatMap { rule in
            let targets = rule.condition.isOfSystem ? [.system] : cameras.flatMap { rule.targets(of: $0) }
            return try targets.map { try watched(rule, $0) }
        }
    }

    private func watched(_ rule: Rule, _ target: RuleTarget) throws -> WatchedTarget {
        WatchedTarget(rule: rule, target: target, progress: try progress(of: rule.id, target))
    }

    /// Writes a plan and says which incidents it touched.
    func apply(_ plan: AnalysisPlan, at time: Date) throws -> [IncidentID] {
        for bucket in plan.counts { try count(bucket) }
        var touched: [IncidentID] = []
        for decision in plan.decisions {
            for event in decision.events {
                try write(event, within: plan.overallLimits, at: time)
                if touched.last != event.incident.id { touched.append(event.incident.id) }
            }
            if let progress = decision.progress {
                try save(progress, of: decision.ruleID, decision.target)
            } else {
                try run(
                    "DELETE FROM rule_progress WHERE rule_id = ?1 AND target = ?2", decision.ruleID, decision.target.key
                )
            }
        }
        return touched
    }

    private func write(_ event: RuleDecision.Event, within limits: MessageLimits?, at time: Date) throws {
        try save(event.incident)
        try keep(event.evidence, for: event.incident.id)
        if event.notifies { try tell(event.event, of: event.incident, within: limits, at: time) }
    }

    private func progress(of rule: RuleID, _ target: RuleTarget) throws -> RuleProgress {
        let stored = try first(
            """
            SELECT pictures, format, decided_until, memory FROM rule_progress WHERE rule_id = ?1 AND target = ?2
            """, rule, target.key
        ) { row in
            let memory = try row(3, as: String?.self).map { try JSON.decode(ProgressMemory.self, from: Data($0.utf8)) }
            return RuleProgress(
                pictures: try PictureSeries.decode(try row(0), format: try row(1)), decidedUntil: try row(2),
                run: memory?.run, window: memory?.window ?? [])
        }
        var progress = stored ?? RuleProgress()
        progress.incident = try openIncident(rule: rule, target: target)
        return progress
    }

    private func save(_ progress: RuleProgress, of rule: RuleID, _ target: RuleTarget) throws {
        try run(
            """
            INSERT INTO rule_progress (rule_id, target, pictures, format, decided_until, memory)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM rules WHERE id = ?1)
            ON CONFLICT (rule_id, target) DO UPDATE SET pictures = ?3, format = ?4, decided_until = ?5, memory = ?6
            """, rule, target.key, PictureSeries.encode(progress.pictures), PictureSeries.format,
            progress.decidedUntil, try ProgressMemory(progress)?.text)
    }
}
