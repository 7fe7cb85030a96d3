import Domain
import Foundation
import HTTPTypes
import Persistence

/// Tokens of machines. Each acts for the administrator who made it and is shown once.
struct TokenRoutes: Sendable {
    let users: any UserRepository

    static let maximumTokens = 200

    private struct TokenView: Encodable {
        let id: Identifier<AccessToken>
        let name: String
        let createdAt: Date
        /// Only in the answer to its creation.
        var token: String?

        init(_ token: AccessToken, text: String? = nil) {
            id = token.id
            name = token.name
            createdAt = token.createdAt
            self.token = text
        }
    }

    private struct List: Encodable { let tokens: [TokenView] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(List(tokens: try await users.tokens(kind: .bearer).map { TokenView($0) }))
    }

    func create(_ request: WebRequest) async throws -> HTTPResponse {
        let owner = try request.signedIn().user
        let name = try request.decode { $0.text("name", .name) }
        try checkLimit(try await users.tokens(kind: .bearer).count, below: Self.maximumTokens, of: "tokens")
        let (token, text) = try AccessToken.machine(named: name, owner: owner.id, at: request.now)
        try await users.save(token)
        return try .json(TokenView(token, text: text), status: .created)
    }

    func remove(_ request: WebRequest) async throws -> HTTPResponse {
        let id: Identifier<AccessToken> = try request.identifier("token")
        let isThere = try await users.tokens(kind: .bearer).contains { $0.id == id }
        guard isThere, try await users.removeToken(id) else { throw Problem.notFound }
        return HTTPResponse(.noContent)
    }
}
