import Domain
import Foundation
import HTTPTypes
import Persistence

/// A user as the API shows it.
struct UserView: Encodable {
    let id: UserID
    let name: String
    let role: User.Role

    init(_ user: User) {
        id = user.id
        name = user.name
        role = user.role
    }
}

/// Who may sign in.
struct UserRoutes: Sendable {
    let users: any UserRepository
    let authentication: Authentication

    static let maximumUsers = 200

    private struct List: Encodable { let users: [UserView] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(List(users: try await users.users().map(UserView.init)))
    }

    func create(_ request: WebRequest) async throws -> HTTPResponse {
        let input = try request.decode { reader in
            (
                name: reader.text("name", .userName), role: reader.choice("role", fallback: nil) as User.Role,
                password: reader.text("password", .newPassword)
            )
        }
        try checkLimit(try await users.users().count, below: Self.maximumUsers, of: "users")
        let hash = try await authentication.hash(input.password)
        let user = User(
            id: UserID(at: request.now), name: input.name, role: input.role, passwordHash: hash,
            createdAt: request.now)
        try await users.save(user)
        return try .json(UserView(user), status: .created)
    }

    func remove(_ request: WebRequest) async throws -> HTTPResponse {
        let id: UserID = try request.identifier("user")
        let all = try await users.users()
        guard let user = all.first(where: { $0.id == id }) else { throw Problem.notFound }
        guard user.role != .administrator || all.count(where: { $0.role == .administrator }) > 1 else {
            throw Problem(.conflict, code: "last_administrator", "The last administrator cannot be removed.")
        }
        for kind in [AccessToken.Kind.session, .bearer] { try await users.removeTokens(of: id, kind: kind) }
        _ = try await users.remove(id)
        return HTTPResponse(.noContent)
    }

    /// One's own password asks for the current one; an administrator may set another's without.
    func changePassword(_ request: WebRequest) async throws -> HTTPResponse {
        let identity = try request.signedIn()
        let id: UserID = try request.identifier("user")
        if id == identity.user.id { return try await changeOwnPassword(of: identity, request) }
        guard identity.user.role == .administrator else {
            throw Problem(.forbidden, "Only an administrator may change the password of someone else.")
        }
        let password = try request.decode { reader in
            _ = reader.optionalText("current", .typedPassword)
            return reader.text("password", .newPassword)
        }
        guard let user = try await users.user(id) else { throw Problem.notFound }
        try await authentication.changePassword(of: user, to: password)
        return HTTPResponse(.noContent)
    }

    private func changeOwnPassword(of identity: Identity, _ request: WebRequest) async throws -> HTTPResponse {
        let input = try request.decode { reader in
            (current: reader.text("current", .typedPassword), password: reader.text("password", .newPassword))
        }
        let isRight = try await authentication.confirms(
            identity.user, password: input.current, from: request.client.text, at: request.now)
        guard isRight else { throw Problem.invalid("current", "This is not your current password.") }
        try await authentication.changePassword(of: identity.user, to: input.password)
        var response = HTTPResponse(.noContent)
        if identity.token.kind == .session {
            let grant = try await authentication.grant(to: identity.user, at: request.now)
            response.keepSession(grant, of: request, policy: authentication.policy)
        }
        return response
    }
}

/// Keeps lists within what a page and a person can handle.
/// - Throws: `Problem`, 409.
func checkLimit(_ count: Int, below maximum: Int, of what: String) throws {
    guard count < maximum else {
        throw Problem(.conflict, code: "too_many", "There are \(maximum) \(what) already; remove one first.")
    }
}
