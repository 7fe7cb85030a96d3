import HTTPTypes

/// Refuses requests that another site made the browser send (cross-site request forgery). The cookie is `SameSite=Strict`;
/// this is the second lock.
struct ForgeryCheck: Sendable {
    private let publicOrigin: String?

    /// - Parameter publicAddress: the one people use, if it differs from the one the server sees.
    init(publicAddress: String?) {
        publicOrigin = publicAddress.map { address in
            address.lowercased().split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(
                separator: "/")
        }
    }

    /// A request that may change something must come from our own page: it has the header that only a script of the same
    /// origin can set, and if the browser says where it comes from, that is here. Requests without a cookie cannot be
    /// forged, but a page of another origin has no business sending them either.
    /// - Throws: `Problem`, 403.
    func check(_ request: HTTPRequest, hasCookie: Bool) throws(Problem) {
        guard !request.method.isSafe else { return }
        if let origin = request.headers["Origin"], !isOurs(origin, host: request.headers["Host"]) {
            throw Problem(.forbidden, code: "cross_origin", "This request comes from another site.")
        }
        if hasCookie, request.headers["X-Requested-With"]?.lowercased() != "maskwatch" {
            throw Problem(
                .forbidden, code: "cross_origin",
                "A request with a cookie needs the header X-Requested-With: maskwatch.")
        }
    }

    private func isOurs(_ origin: String, host: String?) -> Bool {
        let origin = origin.lowercased()
        if origin == publicOrigin { return true }
        guard let host = host?.lowercased(), !host.isEmpty else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}
