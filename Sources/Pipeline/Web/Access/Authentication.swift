import Domain
package import Foundation
import HTTPTypes
import Logging
import Persistence
import Secrets

/// Who may come in: the first administrator by the setup link, people by name and password, machines by token. Tokens are
/// random; only their SHA-256 is stored.
package struct Authentication: Sendable {
    private let users: any UserRepository
    private let passwords: PasswordVault
    private let limit = SignInLimit()
    private let logger: Logger
    let policy: SessionPolicy

    init(users: any UserRepository, passwords: PasswordVault, policy: SessionPolicy, logger: Logger) {
        self.users = users
        self.passwords = passwords
        self.policy = policy
        self.logger = logger
    }

    /// A signed-in user and the token its browser keeps.
    struct Grant: Sendable {
        let user: User
        let token: String
    }

    // MARK: Who is it

    /// The identity behind a bearer token or a session cookie; nil if there is none or it is not valid any more.
    func identify(_ request: HTTPRequest, at now: Date) async throws -> Identity? {
        switch Credential(of: request) {
        case nil: return nil
        case .bearer(let token): return try await identity(token: token, kind: .bearer, at: now)
        case .session(let token): return try await session(token, at: now)
        }
    }

    /// A session that is used lasts longer.
    private func session(_ token: String, at now: Date) async throws -> Identity? {
        guard let identity = try await identity(token: token, kind: .session, at: now) else { return nil }
        if let expiry = policy.prolonged(identity.token, at: now) {
            try await users.prolong(identity.token.id, until: expiry)
        }
        return identity
    }

    /// Whether what an identity rests on still holds.
    func isValid(_ identity: Identity, at now: Date) async throws -> Bool {
        guard let token = try await users.token(hash: identity.token.tokenHash) else { return false }
        return token.isValid(at: now)
    }

    private func identity(token: String, kind: AccessToken.Kind, at now: Date) async throws -> Identity? {
        guard token.utf8.count <= 200,
            let stored = try await users.token(hash: AccessToken.hash(of: token)), stored.kind == kind,
            stored.isValid(at: now), let userID = stored.userID, let user = try await users.user(userID)
        else { return nil }
        return Identity(user: user, token: stored)
    }

    // MARK: Coming and going

    /// - Throws: `Problem`: 401 if name and password do not belong together, 429 after too many attempts.
    func signIn(name: String, password: String, from address: String, at now: Date) async throws -> Grant {
        try limit.begin(account: name, address: address, at: now)
        let user = try await users.user(named: name)
        guard try await passwords.verify(password, against: user?.passwordHash), let user else {
            logger.notice("sign-in refused", [.address: address])
            throw Problem(.unauthorized, code: "credentials", "The name or the password is not right.")
        }
        limit.succeeded(account: name, address: address, at: now)
        logger.notice("signed in", [.address: address, .user: user.id.description])
        return try await grant(to: user, at: now)
    }

    /// Ends the session of a cookie; a bearer token stays.
    func signOut(_ token: String) async throws {
        guard let stored = try await users.token(hash: AccessToken.hash(of: token)), stored.kind == .session else {
            return
        }
        _ = try await users.removeToken(stored.id)
    }

    /// A new password ends every session of the user.
    func changePassword(of user: User, to password: String) async throws {
        var changed = user
        changed.passwordHash = try await passwords.hash(password)
        try await users.save(changed)
        try await users.removeTokens(of: user.id, kind: .session)
        logger.notice("password changed", [.user: user.id.description])
    }

    /// Whether the password is the user's; attempts count as those of signing in do.
    /// - Throws: `Problem`, 429.
    func confirms(_ user: User, password: String, from address: String, at now: Date) async throws -> Bool {
        try limit.begin(account: user.name, address: address, at: now)
        guard try await passwords.verify(password, against: user.passwordHash) else { return false }
        limit.succeeded(account: user.name, address: address, at: now)
        return true
    }

    func hash(_ password: String) async throws -> String { try await passwords.hash(password) }

    /// A new session.
    func grant(to user: User, at now: Date) async throws -> Grant {
        let token = RandomToken.make()
        try await users.save(
            AccessToken(
                kind: .session, name: "browser", tokenHash: AccessToken.hash(of: token), userID: user.id,
                createdAt: now, expiresAt: policy.expiry(createdAt: now, now: now)))
        return Grant(user: user, token: token)
    }

    // MARK: Set-up

    func needsSetup() async throws -> Bool { try await users.users().isEmpty }

    /// A token for the one-time link that creates the first administrator, `<address>/#/setup?token=<token>`; nil if there
    /// is a user already. Print it, never log it.
    package func issueSetupToken(at now: Date) async throws -> String? {
        guard try await needsSetup() else { return nil }
        let token = RandomToken.make()
        try await users.save(
            AccessToken(
                kind: .setup, name: "setup link", tokenHash: AccessToken.hash(of: token), userID: nil, createdAt: now,
                expiresAt: now.addingTimeInterval(policy.setupLink)))
        return token
    }

    /// Creates the first administrator.
    /// - Throws: `Problem`: 409 if there is a user, 401 if the token is not one of ours or too old, 429.
    func setUp(token: String, name: String, password: String, from address: String, at now: Date) async throws -> Grant
    {
        try limit.begin(account: "setup from \(address)", address: address, at: now)
        guard try await needsSetup() else { throw Self.alreadySetUp }
        guard let stored = try await users.token(hash: AccessToken.hash(of: token)), stored.kind == .setup,
            stored.isValid(at: now)
        else {
            throw Problem(
                .unauthorized, code: "setup_token",
                "This setup link is not valid any more. Restart Maskwatch for a new one, or run maskwatch user add.")
        }
        let user = User(
            id: UserID(at: now), name: name, role: .administrator, passwordHash: try await passwords.hash(password),
            createdAt: now)
        do { try await users.createFirst(user) } catch let error as PersistenceError where error.code == .alreadySetUp {
            throw Self.alreadySetUp
        }
        for token in try await users.tokens(kind: .setup) { _ = try await users.removeToken(token.id) }
        logger.notice("first administrator created", [.user: user.id.description])
        return try await grant(to: user, at: now)
    }

    private static let alreadySetUp = Problem(
        .conflict, code: "already_set_up", "Maskwatch has been set up already. Sign in instead.")

    /// Forgets what has expired.
    func removeExpired(at now: Date) async throws { try await users.removeTokens(expiredBefore: now) }
}
