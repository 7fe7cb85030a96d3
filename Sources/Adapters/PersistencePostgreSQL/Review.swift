import Domain
import Foundation
import Persistence
import PostgreSQL

extension PostgreSQLObservationRepository {
    /// One analyzer reviews at a time, and the others have nothing to do then; pictures wait until it is done.
    func review(
        at time: Date, plan: @escaping @Sendable (ReviewContext) -> AnalysisPlan
    ) async throws -> [IncidentID] {
        let (clock, sealer, rules) = (tables.clock?(), tables.sealer, tables.rules)
        return try await tables.write { connection in
            let isMine = try connection.value(
                "SELECT pg_try_advisory_xact_lock($1)", AdvisoryLock.reviewer, as: Bool.self)
            guard isMine == true else { return [] }
            try connection.run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.review)
            let context = try ReviewQuestions(connection, clock: clock).read(sealer: sealer, rules: rules)
            let plan = plan(context)
            let touched = try connection.apply(plan, at: time, rules: rules)
            for (camera, until) in plan.expectedUntil {
                connection.send("UPDATE cameras SET expected_until = $2 WHERE id = $1", camera, until)
            }
            for report in plan.reports { try connection.tell(report, at: time) }
            try connection.tellSummaries(within: plan.overallLimits, at: time, rules: rules)
            return touched
        }
    }
}

/// What a review is made from, in one round trip.
private struct ReviewQuestions {
    private let cameras: Question
    private let expected: Question
    private let sites: Question
    private let statuses: Question
    private let rules: Question
    private let memory: RuleMemory
    private let reports: Question

    init(_ connection: Connection, clock: Date?) {
        cameras = connection.askCameras()
        expected = connection.ask("SELECT id, expected_until FROM cameras WHERE expected_until IS NOT NULL")
        sites = connection.askSites()
        statuses = connection.askStatuses(at: clock)
        rules = connection.askRules()
        memory = RuleMemory(connection)
        reports = connection.askReportStates()
    }

    func read(sealer: any SecretSealer, rules cache: RuleCache) throws -> ReviewContext {
        let cameras = try cameras.rows { try Camera(row: $0, sealer: sealer) }
        let rules = try rules.rows { try cache.rule($0(0)) }
        let known = Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }
        let expected = try expected.rows { (try $0(0, as: CameraID.self), try $0(1, as: Date.self)) }
        return ReviewContext(
            cameras: cameras, sites: try sites.rows { try Site(row: $0) }, statuses: try statuses.statuses(),
            watched: try memory.watched(states(of: cameras.filter(\.isEnabled), rules)),
            open: try memory.openIncidents().map { ($0, known[$0.ruleID]) },
            expectedUntil: Dictionary(expected) { first, _ in first }, reports: try reports.reportStates())
    }

    /// Every target of an enabled rule on the state of the cameras or of the system.
    private func states(of cameras: [Camera], _ rules: [Rule]) -> [(rule: Rule, target: RuleTarget)] {
        rules.filter { $0.isEnabled && !$0.condition.isOfPictures }.flatMap { rule in
            let targets = rule.condition.isOfSystem ? [.system] : cameras.flatMap { rule.targets(of: $0) }
            return targets.map { (rule, $0) }
        }
    }
}
