import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteRuleRepository: RuleRepository {
    let tables: Tables

    func rules() async throws -> [Rule] { try await tables.read { try $0.rules() } }

    func rule(_ id: RuleID) async throws -> Rule? {
        try await tables.read { connection in
            try connection.first(
                """
                SELECT id, name, is_enabled, cameras, minimum_faces, counts_incorrect, confirmation, release, severity,
                updated_at FROM rules WHERE id = ?1
                """, id
            ) { try Rule(row: $0) }
        }
    }

    func save(_ rule: Rule) async throws {
        let cameras = try rule.cameras.map { String(decoding: try JSON.encode($0.sorted()), as: UTF8.self) }
        try await tables.write { connection in
            try connection.run(
                """
                INSERT INTO rules (id, name, is_enabled, cameras, minimum_faces, counts_incorrect, confirmation, release,
                severity, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                ON CONFLICT (id) DO UPDATE SET name = ?2, is_enabled = ?3, cameras = ?4, minimum_faces = ?5,
                counts_incorrect = ?6, confirmation = ?7, release = ?8, severity = ?9, updated_at = ?10
                """, rule.id, rule.name, rule.isEnabled, cameras, rule.minimumFaces, rule.countsIncorrect,
                rule.confirmation, rule.release, rule.severity.rawValue, rule.updatedAt)
        }
    }

    func remove(_ id: RuleID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM rules WHERE id = ?1", id) > 0 }
    }
}

extension Connection {
    /// By name.
    func rules() throws -> [Rule] {
        try rows(
            """
            SELECT id, name, is_enabled, cameras, minimum_faces, counts_incorrect, confirmation, release, severity,
            updated_at FROM rules ORDER BY name, id
            """
        ) { try Rule(row: $0) }
    }
}

extension Rule {
    /// Reads id, name, is_enabled, cameras, minimum_faces, counts_incorrect, confirmation, release, severity, updated_at.
    init(row: Row) throws {
        let cameras = try row(3, as: String?.self).map { try JSON.decode(Set<CameraID>.self, from: Data($0.utf8)) }
        self.init(
            id: try row(0), name: try row(1), isEnabled: try row(2), cameras: cameras, minimumFaces: try row(4),
            countsIncorrect: try row(5), confirmation: try row(6), release: try row(7), severity: try row.word(8),
            updatedAt: try row(9))
    }
}
