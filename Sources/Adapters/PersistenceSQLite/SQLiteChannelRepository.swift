import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteChannelRepository: ChannelRepository {
    let tables: Tables

    func channels() async throws -> [Channel] {
        let sealer = tables.sealer
        return try await tables.read { connection in
            try connection.rows(
                "SELECT id, name, kind, address, secret, is_enabled, updated_at FROM channels ORDER BY name"
            ) { try Channel(row: $0, sealer: sealer) }
        }
    }

    func channel(_ id: ChannelID) async throws -> Channel? {
        let sealer = tables.sealer
        return try await tables.read { connection in
            try connection.first(
                "SELECT id, name, kind, address, secret, is_enabled, updated_at FROM channels WHERE id = ?1", id
            ) { try Channel(row: $0, sealer: sealer) }
        }
    }

    func save(_ channel: Channel) async throws {
        let sealed = try tables.sealer.seal(channel.secret)
        try await tables.write { connection in
            let holder = try connection.value(
                "SELECT id FROM channels WHERE name = ?1 AND id <> ?2", channel.name, channel.id, as: ChannelID.self)
            guard holder == nil else {
                throw PersistenceError(.nameTaken, "another channel has the name '\(channel.name)'")
            }
            try connection.run(
                """
                INSERT INTO channels (id, name, kind, address, secret, is_enabled, updated_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (id) DO UPDATE SET name = ?2, kind = ?3, address = ?4, secret = ?5, is_enabled = ?6,
                updated_at = ?7
                """, channel.id, channel.name, channel.kind.rawValue, channel.address, sealed, channel.isEnabled,
                channel.updatedAt)
        }
    }

    func disable(_ id: ChannelID, at time: Date) async throws -> Bool {
        try await tables.write { connection in
            try connection.run(
                "UPDATE channels SET is_enabled = 0, updated_at = ?2 WHERE id = ?1 AND is_enabled = 1", id, time) > 0
        }
    }

    func remove(_ id: ChannelID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM channels WHERE id = ?1", id) > 0 }
    }
}

extension Channel {
    /// Reads id, name, kind, address, secret, is_enabled, updated_at.
    fileprivate init(row: Row, sealer: any SecretSealer) throws {
        self.init(
            id: try row(0), name: try row(1), kind: try row.word(2), address: try row(3),
            secret: try sealer.secret(in: try row(4)), isEnabled: try row(5), updatedAt: try row(6))
    }
}
