import Glibc

/// An IPv4 or IPv6 address. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4) is the IPv4 address: that is where
/// the connection would end.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    package let bytes: [UInt8]

    /// - Parameter bytes: 4 or 16.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16: self.bytes = Self.embedded(in: bytes) ?? bytes
        default: return nil
        }
    }

    /// Every notation that resolvers take for a number: `127.0.0.1`, `0177.1`, `0x7f000001`, `2130706433`, `::1`,
    /// `[::1]`, `fe80::1%eth0`, `::ffff:127.0.0.1`.
    package init?(_ text: String) {
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        guard let bytes = inner.contains(":") ? Self.ipv6(inner) : Self.ipv4(inner) else { return nil }
        self.init(bytes: bytes)
    }

    package var isIPv4: Bool { bytes.count == 4 }

    package var description: String {
        if isIPv4 { return bytes.map(String.init).joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        unsafe inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func ipv6(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let withoutZone = String(text.prefix { $0 != "%" })
        return unsafe inet_pton(AF_INET6, withoutZone, &bytes) == 1 ? bytes : nil
    }

    /// One to four numbers, decimal, octal (`0...`) or hexadecimal (`0x...`); the last fills the remaining bytes
    /// (inet_aton).
    private static func ipv4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(number)
        guard (1...4).contains(parts.count), let last = parts.last ?? nil else { return nil }
        var bytes: [UInt8] = []
        for part in parts.dropLast() {
            guard let part, part <= 255 else { return nil }
            bytes.append(UInt8(part))
        }
        let open = 4 - bytes.count
        guard last < 1 << UInt64(8 * open) else { return nil }
        return bytes + (0..<open).reversed().map { UInt8(truncatingIfNeeded: last >> UInt64(8 * $0)) }
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }), text.first != "+", text.first != "-" else { return nil }
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return UInt64(text.dropFirst(2), radix: 16) }
        return text.count > 1 && text.hasPrefix("0") ? UInt64(text.dropFirst(), radix: 8) : UInt64(text)
    }

    /// IPv4-mapped and -compatible (RFC 4291, section 2.5.5), NAT64 (RFC 6052), 6to4 (RFC 3056).
    private static func embedded(in bytes: [UInt8]) -> [UInt8]? {
        let head = Array(bytes.prefix(12))
        let zeros = [UInt8](repeating: 0, count: 10)
        let isCompatible = head == zeros + [0, 0] && bytes[12] != 0
        if head == zeros + [0xFF, 0xFF] || isCompatible || head == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] {
            return Array(bytes.suffix(4))
        }
        return bytes.starts(with: [0x20, 0x02]) ? Array(bytes[2..<6]) : nil
    }
}

/// A range of addresses, such as `10.0.0.0/8` or `fe80::/10`.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    /// In bits.
    package let prefix: Int

    /// An address alone is the network of that one address. Nil if it is not a network.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        let bits = address.bytes.count * 8
        guard let prefix = parts.count == 2 ? Int(parts[1]) : bits, (0...bits).contains(prefix) else { return nil }
        self.address = address
        self.prefix = prefix
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let (whole, rest) = prefix.quotientAndRemainder(dividingBy: 8)
        guard other.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
        return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> UInt8(8 - rest) == 0
    }

    package var description: String { "\(address)/\(prefix)" }
}
