import Domain
import Foundation
import Persistence
import SQLite

/// What people are told, as far as the limits of the rules allow.
extension Connection {
    /// One message for every channel that is switched on, or none if the budget of the rule, or that of all rules together,
    /// holds it back.
    func tell(
        _ event: IncidentEvent, of incident: Incident, within overall: MessageLimits?, at time: Date
    ) throws {
        let rule = try rule(incident.ruleID)
        var budgets = MessageBudgets(
            rule: try rule.map { try budget(of: $0.id) } ?? MessageBudget(), overall: try overallBudget(),
            within: overall)
        let isAdmitted = budgets.admit(event, of: incident, rule: rule, at: time)
        if let rule { try save(budgets.rule, of: rule.id) }
        if overall != nil { try saveOverall(budgets.overall) }
        if isAdmitted { try enqueue(event, of: incident, at: time) }
    }

    /// Sums up what was held back, where the limits allow it by now.
    func tellSummaries(within overall: MessageLimits?, at time: Date) throws {
        var budgets = MessageBudgets(overall: try overallBudget(), within: overall)
        if let held = budgets.overallSummary(at: time) {
            try saveOverall(budgets.overall)
            try enqueue(.summary, of: held.latest, held: held, at: time)
        }
        for id in try rows(
            "SELECT rule_id FROM message_budgets WHERE is_holding = 1", read: { try $0(0, as: RuleID.self) })
        {
            guard let rule = try rule(id) else { continue }
            budgets.rule = try budget(of: id)
            guard let held = budgets.summary(of: rule, at: time) else { continue }
            try save(budgets.rule, of: id)
            if overall != nil { try saveOverall(budgets.overall) }
            try enqueue(.summary, of: held.latest, held: held, at: time)
        }
    }

    private func budget(of rule: RuleID) throws -> MessageBudget {
        try first("SELECT budget FROM message_budgets WHERE rule_id = ?1", rule) {
            try JSON.decode(MessageBudget.self, from: Data(try $0(0, as: String.self).utf8))
        } ?? MessageBudget()
    }

    private func save(_ budget: MessageBudget, of rule: RuleID) throws {
        try run(
            """
            INSERT INTO message_budgets (rule_id, budget, is_holding) VALUES (?1, ?2, ?3)
            ON CONFLICT (rule_id) DO UPDATE SET budget = ?2, is_holding = ?3
            """, rule, String(decoding: try JSON.encode(budget), as: UTF8.self), budget.held != nil)
    }

    private func overallBudget() throws -> MessageBudget {
        try first("SELECT budget FROM overall_budget") {
            try JSON.decode(MessageBudget.self, from: Data(try $0(0, as: String.self).utf8))
        } ?? MessageBudget()
    }

    private func saveOverall(_ budget: MessageBudget) throws {
        try run(
            """
            INSERT INTO overall_budget (is_only, budget) VALUES (1, ?1)
            ON CONFLICT (is_only) DO UPDATE SET budget = ?1
            """, String(decoding: try JSON.encode(budget), as: UTF8.self))
    }

    private func enqueue(
        _ event: IncidentEvent, of incident: Incident, held: HeldMessages? = nil, at time: Date
    ) throws {
        let channels = try rows("SELECT id FROM channels WHERE is_enabled = 1") { try $0(0, as: ChannelID.self) }
        guard !channels.isEmpty else { return }
        let body = String(decoding: try JSON.encode(incident), as: UTF8.self)
        let heldBody = try held.map { String(decoding: try JSON.encode($0), as: UTF8.self) }
        for channel in channels {
            try run(
                """
                INSERT INTO outbox (id, channel_id, event, incident_id, incident, created_at, state, attempts,
                next_attempt_at, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', 0, ?6, ?7)
                """, NotificationID(at: time), channel, event.rawValue, incident.id, body, time, heldBody)
        }
    }
}
