import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLUserRepository: UserRepository {
    let tables: Tables

    func users() async throws -> [User] {
        try await tables.read { connection in
            try connection.rows("SELECT id, name, role, password_hash, created_at FROM users ORDER BY name") {
                try User(row: $0)
            }
        }
    }

    func user(named name: String) async throws -> User? {
        try await tables.read { connection in
            try connection.first("SELECT id, name, role, password_hash, created_at FROM users WHERE name = $1", name) {
                try User(row: $0)
            }
        }
    }

    func user(_ id: UserID) async throws -> User? {
        try await tables.read { connection in
            try connection.first("SELECT id, name, role, password_hash, created_at FROM users WHERE id = $1", id) {
                try User(row: $0)
            }
        }
    }

    func save(_ user: User) async throws {
        try await namingTaken("another user has the name '\(user.name)'") {
            try await tables.write { try $0.save(user) }
        }
    }

    func createFirst(_ user: User) async throws {
        try await tables.write { connection in
            // Of two that come first at the same time one waits for the other.
            try connection.run("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
            guard try connection.value("SELECT 1::bigint FROM users LIMIT 1", as: Int.self) == nil else {
                throw PersistenceError(.alreadySetUp, "there is an administrator already: sign in")
            }
            try connection.save(user)
        }
    }

    func remove(_ id: UserID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM users WHERE id = $1", id) > 0 }
    }
}

extension PostgreSQLUserRepository {
    func tokens(kind: AccessToken.Kind) async throws -> [AccessToken] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT id, kind, name, token_hash, user_id, created_at, expires_at FROM access_tokens
                WHERE kind = $1 ORDER BY created_at, id
                """, kind.rawValue
            ) { try AccessToken(row: $0) }
        }
    }

    func token(hash: String) async throws -> AccessToken? {
        try await tables.read { connection in
            try connection.first(
                """
                SELECT id, kind, name, token_hash, user_id, created_at, expires_at FROM access_tokens
                WHERE token_hash = $1
                """, hash
            ) { try AccessToken(row: $0) }
        }
    }

    func save(_ token: AccessToken) async throws {
        try await tables.write { connection in
            try connection.run(
                """
                INSERT INTO access_tokens (id, kind, name, token_hash, user_id, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (id) DO UPDATE SET name = $3, token_hash = $4, user_id = $5, expires_at = $7
                """, token.id, token.kind.rawValue, token.name, token.tokenHash, token.userID, token.createdAt,
                token.expiresAt)
        }
    }

    func removeToken(_ id: Identifier<AccessToken>) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM access_tokens WHERE id = $1", id) > 0 }
    }

    func prolong(_ id: Identifier<AccessToken>, until expiry: Date) async throws {
        try await tables.write { connection in
            try connection.run("UPDATE access_tokens SET expires_at = $2 WHERE id = $1", id, expiry)
        }
    }

    func removeTokens(of user: UserID, kind: AccessToken.Kind) async throws {
        try await tables.write { connection in
            try connection.run("DELETE FROM access_tokens WHERE user_id = $1 AND kind = $2", user, kind.rawValue)
        }
    }

    func removeTokens(expiredBefore time: Date) async throws {
        try await tables.write { connection in
            try connection.run("DELETE FROM access_tokens WHERE expires_at < $1", time)
        }
    }
}

extension Connection {
    fileprivate func save(_ user: User) throws {
        try run(
            """
            INSERT INTO users (id, name, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (id) DO UPDATE SET name = $2, role = $3, password_hash = $4
            """, user.id, user.name, user.role.rawValue, user.passwordHash, user.createdAt)
    }
}

extension User {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row(0), name: try row(1), role: try row.word(2), passwordHash: try row(3), createdAt: try row(4))
    }
}

extension AccessToken {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row(0), kind: try row.word(1), name: try row(2), tokenHash: try row(3), userID: try row(4),
            createdAt: try row(5), expiresAt: try row(6))
    }
}
