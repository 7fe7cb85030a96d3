/// Which addresses the server connects to on behalf of a user (cameras, webhooks), so that it cannot be made to speak
/// to what only it can reach. Check the address that is connected to, not the name: a name may resolve differently
/// the next time.
package struct AddressPolicy: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case loopback, privateNetwork, linkLocal, unusable, global
    }

    /// Whether this machine may be reached. Link-local addresses (169.254.0.0/16, fe80::/10; cloud metadata) never may,
    /// unless `allowed` has them.
    package var allowsLoopback: Bool
    /// Whether 10/8, 172.16/12, 192.168/16, 100.64/10 and fc00::/7 may be reached: where cameras are.
    package var allowsPrivate: Bool
    /// Networks that may not be reached, whatever else is said.
    package var denied: [IPNetwork]
    /// Networks that may be reached although their kind may not.
    package var allowed: [IPNetwork]

    package init(
        allowsLoopback: Bool = true, allowsPrivate: Bool = true, denied: [IPNetwork] = [], allowed: [IPNetwork] = []
    ) {
        self.allowsLoopback = allowsLoopback
        self.allowsPrivate = allowsPrivate
        self.denied = denied
        self.allowed = allowed
    }

    package func permits(_ address: IPAddress) -> Bool {
        if denied.contains(where: { $0.contains(address) }) { return false }
        if allowed.contains(where: { $0.contains(address) }) { return true }
        switch Self.kind(of: address) {
        case .global: return true
        case .loopback: return allowsLoopback
        case .privateNetwork: return allowsPrivate
        case .linkLocal, .unusable: return false
        }
    }

    /// False also for what is not a numeric address.
    package func permits(_ numericAddress: String) -> Bool { IPAddress(numericAddress).map(permits) ?? false }

    /// By the registries of RFC 6890.
    package static func kind(of address: IPAddress) -> Kind {
        kinds.first { $0.networks.contains { $0.contains(address) } }?.kind ?? .global
    }

    private static let kinds: [(kind: Kind, networks: [IPNetwork])] = [
        (.loopback, networks("127.0.0.0/8", "::1")),
        (.linkLocal, networks("169.254.0.0/16", "fe80::/10")),
        (
            .privateNetwork,
            networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
        ),
        (.unusable, networks("0.0.0.0/8", "224.0.0.0/3", "::", "ff00::/8")),
    ]

    private static func networks(_ texts: String...) -> [IPNetwork] { texts.compactMap(IPNetwork.init) }
}
