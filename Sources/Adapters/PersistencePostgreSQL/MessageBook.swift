import Domain
import Foundation
import Persistence
import PostgreSQL

/// What people are told, as far as the limits of the rules allow. A rule's budget is one locked row, because all its
/// targets share it, and so is that of all rules together, which is locked before any of theirs.
extension Connection {
    /// One message for every channel that is switched on, or none if the budget of the rule, or that of all rules together,
    /// holds it back.
    func tell(
        _ event: IncidentEvent, of incident: Incident, within overall: MessageLimits?, at time: Date, rules: RuleCache
    ) throws {
        let together = try overall == nil ? MessageBudget() : lockOverallBudget()
        let rule = try askRule(incident.ruleID).first { try rules.rule($0(0)) }
        var budgets = MessageBudgets(
            rule: try rule.map { try lockBudget(of: $0.id) } ?? MessageBudget(), overall: together, within: overall)
        let isAdmitted = budgets.admit(event, of: incident, rule: rule, at: time)
        if let rule { try save(budgets.rule, of: rule.id) }
        if overall != nil { try saveOverall(budgets.overall) }
        if isAdmitted { try enqueue(event, of: incident, at: time) }
    }

    /// Sums up what was held back, where the limits allow it by now.
    func tellSummaries(within overall: MessageLimits?, at time: Date, rules: RuleCache) throws {
        var budgets = MessageBudgets(overall: try lockOverallBudget(), within: overall)
        if let held = budgets.overallSummary(at: time) {
            try saveOverall(budgets.overall)
            try enqueue(.summary, of: held.latest, held: held, at: time)
        }
        let holding = try rows("SELECT rule_id FROM message_budgets WHERE is_holding ORDER BY rule_id") {
            try $0(0, as: RuleID.self)
        }
        for id in holding {
            guard let rule = try askRule(id).first(read: { try rules.rule($0(0)) }) else { continue }
            budgets.rule = try lockBudget(of: id)
            guard let held = budgets.summary(of: rule, at: time) else { continue }
            try save(budgets.rule, of: id)
            if overall != nil { try saveOverall(budgets.overall) }
            try enqueue(.summary, of: held.latest, held: held, at: time)
        }
    }

    private func lockBudget(of rule: RuleID) throws -> MessageBudget {
        send("INSERT INTO message_budgets (rule_id, is_holding) VALUES ($1, false) ON CONFLICT DO NOTHING", rule)
        let stored = try first("SELECT budget FROM message_budgets WHERE rule_id = $1 FOR UPDATE", rule) { row in
            try row.optionalJSON(0, as: MessageBudget.self)
        }
        return (stored ?? nil) ?? MessageBudget()
    }

    private func save(_ budget: MessageBudget, of rule: RuleID) throws {
        send(
            "UPDATE message_budgets SET budget = $2::json, is_holding = $3 WHERE rule_id = $1", rule,
            try jsonText(budget), budget.held != nil)
    }

    private func lockOverallBudget() throws -> MessageBudget {
        let stored = try first("SELECT budget FROM overall_budget FOR UPDATE") { row in
            try row.optionalJSON(0, as: MessageBudget.self)
        }
        return (stored ?? nil) ?? MessageBudget()
    }

    private func saveOverall(_ budget: MessageBudget) throws {
        send("UPDATE overall_budget SET budget = $1::json", try jsonText(budget))
    }

    private func enqueue(
        _ event: IncidentEvent, of incident: Incident, held: HeldMessages? = nil, at time: Date
    ) throws {
        let channels = try rows("SELECT id FROM channels WHERE is_enabled") { try $0(0, as: ChannelID.self) }
        guard !channels.isEmpty else { return }
        let body = try jsonText(incident)
        let heldBody = try held.map { try jsonText($0) }
        for channel in channels {
            send(
                """
                INSERT INTO outbox (id, channel_id, event, incident_id, incident, created_at, state, attempts,
                next_attempt_at, held) VALUES ($1, $2, $3, $4, $5::json, $6, 'pending', 0, $6, $7::json)
                """, NotificationID(at: time), channel, event.rawValue, incident.id, body, time, heldBody)
        }
    }
}
