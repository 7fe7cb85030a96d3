package import Foundation

/// Decides what a picture, or the state of a camera, does to a rule on a target. Pure: the time is given.
///
/// Pictures count in the order in which they were taken, whatever the order of their arrival. A late picture takes its
/// place in the series as long as nothing was decided after it; decisions are never taken back.
package struct RuleEngine: Sendable {
    /// Pictures kept beyond what a decision needs, so that late ones find their place.
    package static let slack = 32

    package init() {}

    /// - Parameter isActive: whether the rule's schedule has it watch when the picture was taken.
    package func decide(
        _ rule: Rule, _ progress: RuleProgress, _ picture: RuleProgress.Picture, on target: RuleTarget,
        isActive: Bool = true
    ) -> RuleDecision {
        var series = RuleSeries(rule: rule, target: target, progress: progress)
        guard isActive else {
            series.rest(at: picture.takenAt)
            return RuleDecision(progress: series.progress, events: series.events)
        }
        guard series.insert(picture) else { return RuleDecision(progress: progress) }
        series.openAndClose()
        series.trim(keeping: max(rule.confirmation.memory, rule.release.memory) + Self.slack)
        return RuleDecision(progress: series.progress, events: series.events)
    }

    /// For rules on the state of cameras and of the system, asked for every few seconds.
    /// - Parameter troubleSince: since when it is as the rule forbids; nil if it is not.
    package func decide(
        _ rule: Rule, _ progress: RuleProgress, troubleSince: Date?, on target: RuleTarget, isActive: Bool = true,
        at now: Date
    ) -> RuleDecision {
        var series = RuleSeries(rule: rule, target: target, progress: progress)
        if isActive { series.watch(troubleSince: troubleSince, at: now) } else { series.rest(at: now) }
        return RuleDecision(progress: series.progress, events: series.events)
    }

    /// Closes what nothing can close any more.
    package func abandon(_ incident: Incident, at now: Date) -> RuleDecision.Event {
        var closed = incident
        closed.state = .closed
        closed.closedAt = now
        closed.updatedAt = max(closed.updatedAt, now)
        return RuleDecision.Event(event: .closed, incident: closed, notifies: true)
    }
}
