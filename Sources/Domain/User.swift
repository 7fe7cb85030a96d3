package import Foundation

/// A person who may sign in.
package struct User: Hashable, Sendable, Identifiable {
    package enum Role: String, Codable, Sendable, CaseIterable {
        /// May change everything.
        case administrator
        /// May look, acknowledge, comment and correct.
        case viewer
    }

    package let id: UserID
    package var name: String
    package var role: Role
    /// Argon2id, as libsodium writes it.
    package var passwordHash: String
    package let createdAt: Date

    package init(id: UserID = UserID(), name: String, role: Role, passwordHash: String, createdAt: Date = Date()) {
        self.id = id
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.createdAt = createdAt
    }
}

/// A signed-in browser or a machine's access; only the hash of its token is kept.
package struct AccessToken: Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        /// A browser's cookie.
        case session
        /// A machine's bearer token.
        case bearer
        /// The one-time link that creates the first administrator.
        case setup
    }

    package let id: Identifier<AccessToken>
    package let kind: Kind
    package let name: String
    /// SHA-256 of the token, in hex.
    package let tokenHash: String
    package let userID: UserID?
    package let createdAt: Date
    package let expiresAt: Date?

    package init(
        id: Identifier<AccessToken> = Identifier(), kind: Kind, name: String, tokenHash: String, userID: UserID?,
        createdAt: Date, expiresAt: Date?
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.tokenHash = tokenHash
        self.userID = userID
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
