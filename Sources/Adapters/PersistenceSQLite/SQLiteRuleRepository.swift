import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteRuleRepository: RuleRepository {
    let tables: Tables

    func rules() async throws -> [Rule] { try await tables.read { try $0.rules() } }

    func rule(_ id: RuleID) async throws -> Rule? { try await tables.read { try $0.rule(id) } }

    func save(_ rule: Rule) async throws {
        let definition = String(decoding: try JSON.encode(rule), as: UTF8.self)
        try await tables.write { connection in
            try connection.run(
                """
                INSERT INTO rules (id, name, is_enabled, definition, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (id) DO UPDATE SET name = ?2, is_enabled = ?3, definition = ?4, updated_at = ?5
                """, rule.id, rule.name, rule.isEnabled, definition, rule.updatedAt)
        }
    }

    func remove(_ id: RuleID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM rules WHERE id = ?1", id) > 0 }
    }
}

extension Connection {
    /// By name.
    func rules() throws -> [Rule] {
        try rows("SELECT definition FROM rules ORDER BY name, id") { try Rule(row: $0) }
    }

    func rule(_ id: RuleID) throws -> Rule? {
        try first("SELECT definition FROM rules WHERE id = ?1", id) { try Rule(row: $0) }
    }
}

extension Rule {
    fileprivate init(row: Row) throws {
        let definition: String = try row(0)
        self = try JSON.decode(Rule.self, from: Data(definition.utf8))
    }
}
