import Domain
import Foundation
import HTTPTypes
import Logging
import Messaging
import Persistence

/// When to raise incidents.
struct RuleRoutes: Sendable {
    let rules: any RuleRepository
    let cameras: any CameraRepository
    let sites: any SiteRepository
    let broadcast: any Broadcast
    let dryRun: RuleDryRun
    let logger: Logger

    static let maximumRules = 200

    private struct List: Encodable { let rules: [RuleView] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(List(rules: try await rules.rules().map(RuleView.init)))
    }

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(RuleView(try await rule(in: request)))
    }

    func create(_ request: WebRequest) async throws -> HTTPResponse {
        try checkLimit(try await rules.rules().count, below: Self.maximumRules, of: "rules")
        return try await save(request, stored: nil, status: .created)
    }

    func update(_ request: WebRequest) async throws -> HTTPResponse {
        try await save(request, stored: try await rule(in: request), status: .ok)
    }

    func remove(_ request: WebRequest) async throws -> HTTPResponse {
        let id: RuleID = try request.identifier("rule")
        guard try await rules.remove(id) else { throw Problem.notFound }
        logger.notice("rule removed", [.rule: id.description])
        await broadcast.publish(.rules)
        return HTTPResponse(.noContent)
    }

    /// What the rule in the body would have raised lately; nothing is saved.
    func tryOut(_ request: WebRequest) async throws -> HTTPResponse {
        let surroundings = try await surroundings()
        let (rule, days) = try request.decode { reader in
            let days = reader.integer("days", in: RuleDryRun.daysRange, fallback: 1)
            let rule = reader.nested("rule", isNeeded: true) {
                RuleInput(&$0, among: surroundings, at: request.now).rule
            }
            return (rule, days)
        }
        guard let rule else { throw Problem.invalid("rule", "This must be an object.") }
        guard rule.condition.isOfPictures else {
            throw Problem.invalid("rule.condition.kind", "Only rules on what pictures show can be tried on the past.")
        }
        return try .json(try await dryRun.run(rule, days: days, at: request.now))
    }

    private func save(_ request: WebRequest, stored: Rule?, status: HTTPStatus) async throws -> HTTPResponse {
        let surroundings = try await surroundings()
        let rule = try request.decode { RuleInput(&$0, among: surroundings, stored: stored, at: request.now).rule }
        try await rules.save(rule)
        logger.notice("rule saved", [.rule: rule.id.description])
        await broadcast.publish(.rules)
        return try .json(RuleView(rule), status: status)
    }

    private func surroundings() async throws -> RuleSurroundings {
        RuleSurroundings(cameras: try await cameras.cameras(), sites: try await sites.sites())
    }

    private func rule(in request: WebRequest) async throws -> Rule {
        guard let rule = try await rules.rule(try request.identifier("rule")) else { throw Problem.notFound }
        return rule
    }
}

private struct RuleView: Encodable {
    let id: RuleID
    let name: String
    let isEnabled: Bool
    @Nullable var cameras: [CameraID]?
    let sites: [SiteID]
    let zones: [ZoneID]
    let condition: RuleCondition
    let confirmation: RuleConfirmation
    let release: RuleConfirmation
    let severity: Rule.Severity
    @Nullable var schedule: ScheduleView?
    let limits: LimitsView
    @Nullable var snoozedUntil: Date?

    struct LimitsView: Encodable {
        let coolDown: Double
        @Nullable var perHour: Int?
    }

    init(_ rule: Rule) {
        id = rule.id
        name = rule.name
        isEnabled = rule.isEnabled
        cameras = rule.cameras?.sorted()
        sites = rule.sites.sorted()
        zones = rule.zones.sorted()
        condition = rule.condition
        confirmation = rule.confirmation
        release = rule.release
        severity = rule.severity
        schedule = rule.schedule.map(ScheduleView.init)
        limits = LimitsView(coolDown: rule.limits.coolDown, perHour: rule.limits.perHour)
        snoozedUntil = rule.snoozedUntil
    }
}
