import Domain
import Foundation
import Persistence
import PostgreSQL
import Synchronization

struct PostgreSQLRuleRepository: RuleRepository {
    let tables: Tables

    func rules() async throws -> [Rule] {
        let cache = tables.rules
        return try await tables.read { try $0.askRules().rows { try cache.rule($0(0)) } }
    }

    func rule(_ id: RuleID) async throws -> Rule? {
        let cache = tables.rules
        return try await tables.read { try $0.askRule(id).first { try cache.rule($0(0)) } }
    }

    func save(_ rule: Rule) async throws {
        let definition = try jsonText(rule)
        try await tables.write { connection in
            try connection.run(
                """
                INSERT INTO rules (id, name, is_enabled, definition, updated_at) VALUES ($1, $2, $3, $4::json, $5)
                ON CONFLICT (id) DO UPDATE SET name = $2, is_enabled = $3, definition = excluded.definition,
                updated_at = $5
                """, rule.id, rule.name, rule.isEnabled, definition, rule.updatedAt)
        }
    }

    func remove(_ id: RuleID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM rules WHERE id = $1", id) > 0 }
    }
}

extension Connection {
    /// By name.
    func askRules() -> Question { ask("SELECT definition FROM rules ORDER BY name, id") }

    func askRule(_ id: RuleID) -> Question { ask("SELECT definition FROM rules WHERE id = $1", id) }
}

/// Rules by their JSON text, because the same few are read with every picture.
final class RuleCache: Sendable {
    private let rules = Mutex<[String: Rule]>([:])

    private static let limit = 1000

    func rule(_ definition: String) throws -> Rule {
        if let known = rules.withLock({ $0[definition] }) { return known }
        let rule = try JSON.decode(Rule.self, from: Data(definition.utf8))
        rules.withLock { rules in
            if rules.count >= Self.limit { rules.removeAll() }
            rules[definition] = rule
        }
        return rule
    }
}
