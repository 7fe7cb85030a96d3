import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLChannelRepository: ChannelRepository {
    let tables: Tables

    func channels() async throws -> [Channel] {
        let sealer = tables.sealer
        return try await tables.read { connection in
            try connection.rows(
                """
                SELECT id, name, kind, settings, secrets, language, title_template, body_template, is_enabled, updated_at
                FROM channels ORDER BY name
                """
            ) { try Channel(row: $0, sealer: sealer) }
        }
    }

    func channel(_ id: ChannelID) async throws -> Channel? {
        let sealer = tables.sealer
        return try await tables.read { connection in
            try connection.first(
                """
                SELECT id, name, kind, settings, secrets, language, title_template, body_template, is_enabled, updated_at
                FROM channels WHERE id = $1
                """, id
            ) { try Channel(row: $0, sealer: sealer) }
        }
    }

    func save(_ channel: Channel) async throws {
        let secrets = try tables.sealer.seal(channel.settings.secretsJSON())
        let settings = try channel.settings.valuesJSON()
        try await namingTaken("another channel has the name '\(channel.name)'") {
            try await tables.write { connection in
                try connection.run(
                    """
                    INSERT INTO channels (id, name, kind, settings, secrets, language, title_template, body_template,
                    is_enabled, updated_at) VALUES ($1, $2, $3, $4::json, $5, $6, $7, $8, $9, $10)
                    ON CONFLICT (id) DO UPDATE SET name = $2, settings = excluded.settings, secrets = $5, language = $6,
                    title_template = $7, body_template = $8, is_enabled = $9, updated_at = $10, reported_until =
                    CASE WHEN channels.is_enabled = $9 AND channels.settings::text = excluded.settings::text
                    THEN channels.reported_until END
                    """, channel.id, channel.name, channel.kind.rawValue, settings, secrets, channel.language.rawValue,
                    channel.titleTemplate, channel.bodyTemplate, channel.isEnabled, channel.updatedAt)
            }
        }
    }

    func disable(_ id: ChannelID, at time: Date) async throws -> Bool {
        try await tables.write { connection in
            try connection.run(
                "UPDATE channels SET is_enabled = false, updated_at = $2 WHERE id = $1 AND is_enabled", id, time) > 0
        }
    }

    func remove(_ id: ChannelID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM channels WHERE id = $1", id) > 0 }
    }
}

extension Channel {
    /// Reads id, name, kind, settings, secrets, language, title_template, body_template, is_enabled, updated_at.
    fileprivate init(row: Row, sealer: any SecretSealer) throws {
        let settings = try ChannelSettings(
            valuesJSON: try row(3), secretsJSON: try sealer.secret(in: try row(4)))
        self.init(
            id: try row(0), name: try row(1), kind: try row.word(2), settings: settings, language: try row.word(5),
            titleTemplate: try row(6), bodyTemplate: try row(7), isEnabled: try row(8), updatedAt: try row(9))
    }
}
