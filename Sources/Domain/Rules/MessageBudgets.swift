package import Foundation

/// The budget of a rule and that of all rules together: a message needs room in both, and is held back by one.
package struct MessageBudgets: Hashable, Sendable {
    package var rule: MessageBudget
    package private(set) var overall: MessageBudget
    private let limits: MessageLimits?

    /// - Parameter limits: of all rules together; nil for none.
    package init(
        rule: MessageBudget = MessageBudget(), overall: MessageBudget = MessageBudget(), within limits: MessageLimits?
    ) {
        self.rule = rule
        self.overall = overall
        self.limits = limits
    }

    /// Whether the message goes out now.
    /// - Parameter rule: nil if it was removed meanwhile.
    package mutating func admit(_ event: IncidentEvent, of incident: Incident, rule: Rule?, at now: Date) -> Bool {
        if let rule, !self.rule.admit(event, of: incident, rule: rule, at: now) { return false }
        guard let limits else { return true }
        return overall.admit(event, of: incident, within: limits, at: now)
    }

    /// What all rules together held back, if it may be told now; whatever it is if there are no limits any more.
    package mutating func overallSummary(at now: Date) -> HeldMessages? {
        overall.summary(within: limits ?? MessageLimits(), at: now)
    }

    /// What the rule held back, if it may be told now.
    package mutating func summary(of rule: Rule, at now: Date) -> HeldMessages? {
        if let limits, !overall.admitsSummary(within: limits, at: now) { return nil }
        guard let held = self.rule.summary(rule: rule, at: now) else { return nil }
        if let limits { overall.tell(held, within: limits, at: now) }
        return held
    }
}
