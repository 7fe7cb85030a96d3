import Domain
import Foundation
import HTTPTypes

/// Lets a request through to its route, or says why not. The one place where access is decided.
struct Gate: Sendable {
    let authentication: Authentication
    let forgery: ForgeryCheck
    let trustedProxies: Set<String>
    let now: @Sendable () -> Date

    /// - Throws: `Problem`: 401, 403.
    func admit(_ request: HTTPRequest, to access: Access) async throws -> WebRequest {
        let now = now()
        try forgery.check(request, hasCookie: Credential(of: request)?.usesCookie ?? false)
        let client = ClientAddress(of: request, trusting: trustedProxies)
        guard access != .everyone else {
            return WebRequest(http: request, identity: nil, client: client, now: now)
        }
        guard let identity = try await authentication.identify(request, at: now) else { throw Problem.notSignedIn }
        guard access.admits(identity.user.role) else {
            throw Problem(.forbidden, "This needs an administrator.")
        }
        return WebRequest(http: request, identity: identity, client: client, now: now)
    }
}
