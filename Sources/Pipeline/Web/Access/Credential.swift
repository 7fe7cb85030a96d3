import HTTPTypes

/// What a request offers to prove who sends it.
enum Credential: Hashable, Sendable {
    /// A machine's token; no browser sends one by itself.
    case bearer(String)
    /// A browser's cookie, sent with every request, also with those that another site made it send.
    case session(String)

    /// Nil if there is none. `Authorization` of another scheme is meant for a proxy and says nothing here.
    init?(of request: HTTPRequest) {
        let parts = request.headers["Authorization"]?.split(separator: " ") ?? []
        if parts.count == 2, parts[0].lowercased() == "bearer" {
            self = .bearer(String(parts[1]))
        } else if let token = SessionCookie.token(of: request) {
            self = .session(token)
        } else {
            return nil
        }
    }

    var usesCookie: Bool { if case .session = self { true } else { false } }
}
