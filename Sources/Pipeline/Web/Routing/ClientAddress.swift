import HTTPTypes

/// Who sent a request, through trusted proxies if there are any.
struct ClientAddress: Hashable, Sendable {
    /// Numeric; IPv6 clients are one by their /64 network, which one customer has.
    let text: String
    /// Whether the client used TLS, to us or to the proxy.
    let isSecure: Bool

    /// - Parameter proxies: numeric addresses whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    init(of request: HTTPRequest, trusting proxies: Set<String>) {
        var hops = request.headers.values(of: "X-Forwarded-For")
            .flatMap { $0.split(separator: ",") }.map { String($0.filter { $0 != " " }) }
        var address = Self.withoutMapping(request.remoteAddress)
        let isProxied = proxies.contains(address)
        while proxies.contains(address), let hop = hops.popLast() { address = Self.withoutMapping(hop) }
        text = Self.network(of: address)
        isSecure = request.isSecure || (isProxied && request.headers["X-Forwarded-Proto"] == "https")
    }

    /// `::ffff:192.0.2.1` is `192.0.2.1`.
    private static func withoutMapping(_ address: String) -> String {
        let prefix = "::ffff:"
        return address.lowercased().hasPrefix(prefix) && address.contains(".")
            ? String(address.dropFirst(prefix.count)) : String(address.prefix(64))
    }

    private static func network(of address: String) -> String {
        guard address.contains(":"), !address.hasPrefix("::") else { return address }
        let groups = address.split(separator: ":", omittingEmptySubsequences: false)
        let network = groups.prefix { !$0.isEmpty }.prefix(4)
        return network.joined(separator: ":") + "::/64"
    }
}
