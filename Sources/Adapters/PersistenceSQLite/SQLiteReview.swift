import Domain
import Foundation
import Persistence
import SQLite

extension SQLiteObservationRepository {
    func review(
        at time: Date, plan: @escaping @Sendable (ReviewContext) -> AnalysisPlan
    ) async throws -> [IncidentID] {
        let (now, sealer) = (tables.now(), tables.sealer)
        return try await tables.write { connection in
            let context = try connection.reviewContext(at: now, sealer: sealer)
            let plan = plan(context)
            let touched = try connection.apply(plan, at: time)
            for (camera, until) in plan.expectedUntil {
                try connection.run("UPDATE cameras SET expected_until = ?2 WHERE id = ?1", camera, until)
            }
            for report in plan.reports { try connection.tell(report, at: time) }
            try connection.tellSummaries(within: plan.overallLimits, at: time)
            return touched
        }
    }
}

extension Connection {
    fileprivate func reviewContext(at now: Date, sealer: any SecretSealer) throws -> ReviewContext {
        let cameras = try cameras(sealer: sealer)
        let expected = try rows("SELECT id, expected_until FROM cameras WHERE expected_until IS NOT NULL") {
            (try $0(0, as: CameraID.self), try $0(1, as: Date.self))
        }
        return ReviewContext(
            cameras: cameras, sites: try sites(), statuses: try statuses(at: now),
            watched: try watchedStates(of: cameras.filter(\.isEnabled)),
            open: try openIncidents().map { ($0, try rule($0.ruleID)) },
            expectedUntil: Dictionary(expected) { first, _ in first }, reports: try reportStates())
    }
}
