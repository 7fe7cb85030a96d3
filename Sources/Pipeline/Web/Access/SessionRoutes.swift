import Domain
import Foundation
import HTTPTypes

/// Set-up, signing in and out.
struct SessionRoutes: Sendable {
    let authentication: Authentication
    let isDemo: Bool

    private struct SessionView: Encodable {
        let setupRequired: Bool
        let demo: Bool
        @Nullable var user: UserView?
    }

    private struct Granted: Encodable { let user: UserView }

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        let identity = try await authentication.identify(request.http, at: request.now)
        let needsSetup = identity == nil ? try await authentication.needsSetup() : false
        let user = identity.map { UserView($0.user) }
        return try .json(SessionView(setupRequired: needsSetup, demo: isDemo, user: user))
    }

    func setUp(_ request: WebRequest) async throws -> HTTPResponse {
        let input = try request.decode { reader in
            (
                token: reader.text("token", .setupToken), name: reader.text("name", .userName),
                password: reader.text("password", .newPassword)
            )
        }
        let grant = try await authentication.setUp(
            token: input.token, name: input.name, password: input.password, from: request.client.text, at: request.now)
        return try answer(grant, to: request, status: .created)
    }

    func signIn(_ request: WebRequest) async throws -> HTTPResponse {
        let input = try request.decode { reader in
            (name: reader.text("name", .userName), password: reader.text("password", .typedPassword))
        }
        let grant = try await authentication.signIn(
            name: input.name, password: input.password, from: request.client.text, at: request.now)
        try await endSession(of: request)
        return try answer(grant, to: request)
    }

    func signOut(_ request: WebRequest) async throws -> HTTPResponse {
        try await endSession(of: request)
        return HTTPResponse(
            .noContent, headers: ["Set-Cookie": SessionCookie.clear(isSecure: request.client.isSecure)])
    }

    /// A session is never taken over by the next sign-in: a cookie that was there before is worth nothing after.
    private func endSession(of request: WebRequest) async throws {
        guard let token = SessionCookie.token(of: request.http) else { return }
        try await authentication.signOut(token)
    }

    private func answer(
        _ grant: Authentication.Grant, to request: WebRequest, status: HTTPStatus = .ok
    ) throws -> HTTPResponse {
        var response = try HTTPResponse.json(Granted(user: UserView(grant.user)), status: status)
        response.keepSession(grant, of: request, policy: authentication.policy)
        return response
    }
}
