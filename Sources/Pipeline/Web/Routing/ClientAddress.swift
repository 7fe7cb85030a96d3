import HTTPTypes

/// Who sent a request, through trusted proxies if there are any.
struct ClientAddress: Hashable, Sendable {
    /// Numeric. IPv6 clients are known by their /64 network, because every one of them has a whole one.
    let text: String
    /// Whether the browser uses TLS, to us or to a proxy.
    let isSecure: Bool

    /// - Parameter proxies: numeric addresses whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    init(of request: HTTPRequest, trusting proxies: Set<String>) {
        var hops = request.headers.values(of: "X-Forwarded-For").flatMap { $0.split(separator: ",") }
        var address = request.remoteAddress
        let isProxied = proxies.contains(address)
        while proxies.contains(address), let hop = hops.popLast() { address = String(hop.filter { $0 != " " }) }
        text = Self.network(of: address)
        isSecure =
            request.isSecure || (isProxied && request.headers["X-Forwarded-Proto"] == "https")
            || request.headers["Origin"]?.hasPrefix("https://") == true
    }

    private static func network(of text: String) -> String {
        guard let address = IPAddress(text) else { return String(text.prefix(64)) }
        guard !address.isIPv4, let network = IPAddress(bytes: address.bytes.prefix(8) + Array(repeating: 0, count: 8))
        else { return address.description }
        return "\(network)/64"
    }
}
