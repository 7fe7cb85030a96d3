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
    let broadcast: any Broadcast
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

    private func save(_ request: WebRequest, stored: Rule?, status: HTTPStatus) async throws -> HTTPResponse {
        let known = Set(try await cameras.cameras().map(\.id)).union(stored?.cameras ?? [])
        let rule = try request.decode { RuleInput(&$0, cameras: known, stored: stored, at: request.now).rule }
        try await rules.save(rule)
        logger.notice("rule saved", [.rule: rule.id.description])
        await broadcast.publish(.rules)
        return try .json(RuleView(rule), status: status)
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
    let minimumFaces: Int
    let countsIncorrect: Bool
    let confirmation: Int
    let release: Int
    let severity: Rule.Severity

    init(_ rule: Rule) {
        id = rule.id
        name = rule.name
        isEnabled = rule.isEnabled
        cameras = rule.cameras?.sorted()
        minimumFaces = rule.minimumFaces
        countsIncorrect = rule.countsIncorrect
        confirmation = rule.confirmation
        release = rule.release
        severity = rule.severity
    }
}
