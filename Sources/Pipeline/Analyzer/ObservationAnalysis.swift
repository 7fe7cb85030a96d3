package import Domain
package import Foundation
package import Persistence

/// What follows from one picture: sightings in their buckets, and what it does to the rules. Pure.
///
/// The shots of a burst are looked at together. Every shot that arrives adds the difference between what the burst says with
/// and without it, so that the order of arrival does not matter and nothing is counted twice.
package struct ObservationAnalysis: Sendable {
    private let timeZone: TimeZone
    private let overallLimits: MessageLimits?
    private let engine = RuleEngine()

    /// - Parameters:
    ///   - timeZone: of cameras that belong to no site.
    ///   - overallLimits: of the messages of all rules together.
    package init(timeZone: TimeZone, overallLimits: MessageLimits? = nil) {
        self.timeZone = timeZone
        self.overallLimits = overallLimits
    }

    package func plan(_ observation: Observation, _ context: RecordContext) -> AnalysisPlan {
        let timeZone = context.site?.timeZone ?? timeZone
        let zones = context.camera?.zones ?? []
        let scene = RuleScene(observation, shots: context.burst, zones: zones)
        var plan = AnalysisPlan(
            counts: counts(observation, scene, context, timeZone), overallLimits: overallLimits)
        for watched in context.watched {
            let rule = watched.rule
            let decision = engine.decide(
                rule, watched.progress, scene.picture(for: rule, on: watched.target), on: watched.target,
                isActive: rule.isActive(at: scene.takenAt, in: timeZone))
            plan.add(decision, to: watched, timeZone: timeZone)
        }
        return plan
    }

    private func counts(
        _ observation: Observation, _ scene: RuleScene, _ context: RecordContext, _ timeZone: TimeZone
    ) -> [StatisticsBucket] {
        let zones = context.camera?.zones ?? []
        let before = context.burst.last.map { RuleScene($0, shots: context.burst.dropLast(), zones: zones) }
        let areas = [nil] + zones.filter { $0.kind == .count }
        let sums = areas.map { zone in
            SightingCounts(pictures: 1, states: scene.states(in: zone))
                - SightingCounts(pictures: 0, states: before?.states(in: zone) ?? [])
        }
        return StatisticsBuckets(timeZone: timeZone).starts(for: scene.takenAt).flatMap { bucket in
            zip(areas, sums).map { zone, counts in
                StatisticsBucket(
                    cameraID: observation.cameraID, zoneID: zone?.id, interval: bucket.interval, start: bucket.start,
                    counts: counts)
            }
        }
    }
}

extension AnalysisPlan {
    /// Adds what a rule decided, and counts the incidents that it opened.
    mutating func add(_ decision: RuleDecision, to watched: WatchedTarget, timeZone: TimeZone) {
        guard decision.progress != watched.progress || !decision.events.isEmpty else { return }
        decisions.append(
            TargetDecision(
                ruleID: watched.rule.id, target: watched.target, events: decision.events, progress: decision.progress))
        guard let camera = watched.target.cameraID else { return }
        let areas = watched.target.zoneID.map { [nil, $0] } ?? [nil]
        for event in decision.events where event.event == .opened {
            for bucket in StatisticsBuckets(timeZone: timeZone).starts(for: event.incident.openedAt) {
                counts += areas.map { zone in
                    StatisticsBucket(
                        cameraID: camera, zoneID: zone, interval: bucket.interval, start: bucket.start,
                        counts: SightingCounts(incidents: 1))
                }
            }
        }
    }
}
