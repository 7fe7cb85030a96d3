package import Foundation
package import HTTPTypes

/// A request to another server.
package struct ClientRequest: Sendable {
    package var method: HTTPMethod
    /// `http` or `https`.
    package var address: String
    package var headers: HTTPHeaders
    package var body: Data
    /// For everything together.
    package var timeout = Duration.seconds(30)
    /// For finding the host and connecting to it, TLS included.
    package var connectTimeout = Duration.seconds(10)
    /// Largest body of the answer, in bytes.
    package var maximumBody = 1 << 20
    /// Whether only the head of the answer matters; its body is then read, within the limit, and dropped.
    package var discardsBody = false
    /// Largest head of the answer, in bytes.
    package var maximumHead = 64 << 10

    package init(
        _ method: HTTPMethod, _ address: String, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data()
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
    }
}

/// The answer of another server; redirects are answers like any other.
package struct ClientResponse: Sendable {
    package let status: HTTPStatus
    package let headers: HTTPHeaders
    package let body: Data

    /// `Retry-After` (RFC 9110, section 10.2.3), in seconds or as a date; nil if absent, wrong or in the past.
    package func retryAfter(now: Date) -> Duration? {
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 1 << 31)) : nil }
        guard let wait = HTTPDate.date(text)?.timeIntervalSince(now), wait >= 0 else { return nil }
        return .seconds(min(wait, 2_147_483_648))
    }
}
