package import Domain
package import Foundation
package import Persistence

extension ObservationRepository {
    /// Records with counts in buckets that are given, and asks `decide` for every rule.
    package func record(
        _ observation: Observation, in buckets: [BucketStart],
        decide: @escaping @Sendable (Rule, RuleProgress) -> RuleDecision = { RuleDecision(progress: $1) }
    ) async throws -> RecordResult {
        try await record(observation) { context in
            let counts = SightingCounts(pictures: 1, states: observation.faces.map(\.mask))
            return AnalysisPlan(
                counts: buckets.map {
                    StatisticsBucket(
                        cameraID: observation.cameraID, interval: $0.interval, start: $0.start, counts: counts)
                },
                decisions: context.watched.map { watched in
                    let decision = decide(watched.rule, watched.progress)
                    return TargetDecision(
                        ruleID: watched.rule.id, target: watched.target, events: decision.events,
                        progress: decision.progress)
                })
        }
    }

    /// Closes open incidents whose rule watches no more.
    package func closeAbandoned(at time: Date) async throws -> [IncidentID] {
        try await review(at: time) { context in
            let cameras = Dictionary(context.cameras.map { ($0.id, $0) }) { first, _ in first }
            return AnalysisPlan(
                decisions: context.open.compactMap { incident, rule in
                    guard rule?.watches(incident.target, among: cameras) != true else { return nil }
                    return TargetDecision(
                        ruleID: incident.ruleID, target: incident.target,
                        events: [RuleEngine().abandon(incident, at: time)], progress: nil)
                })
        }
    }
}

extension StatisticsRepository {
    package func buckets(
        camera: CameraID?, interval: StatisticsInterval, from: Date, to: Date
    ) async throws -> [StatisticsBucket] {
        try await buckets(
            StatisticsQuery(cameras: camera.map { [$0] }, interval: interval, range: from..<to))
    }
}
