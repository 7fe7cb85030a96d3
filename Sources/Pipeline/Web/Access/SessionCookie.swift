import Foundation
import HTTPTypes

/// The session cookie.
enum SessionCookie {
    static let name = "maskwatch_session"

    /// - Parameter isSecure: whether the browser came over TLS and must never send it otherwise.
    static func set(_ token: String, life: TimeInterval, isSecure: Bool) -> String {
        "\(name)=\(token); Path=/; Max-Age=\(Int(life)); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    static func clear(isSecure: Bool) -> String { set("", life: 0, isSecure: isSecure) }

    /// The token that a browser sent.
    static func token(of request: HTTPRequest) -> String? {
        request.headers.cookie(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension HTTPResponse {
    /// Gives the browser its session.
    mutating func keepSession(_ grant: Authentication.Grant, of request: WebRequest, policy: SessionPolicy) {
        headers["Set-Cookie"] = SessionCookie.set(
            grant.token, life: policy.absolute, isSecure: request.client.isSecure)
    }
}
