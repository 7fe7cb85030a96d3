/// A camera's address in its parts, checked: the only form in which one reaches a network library.
package struct CameraAddress: Hashable, Sendable {
    package enum Scheme: String, Sendable, CaseIterable {
        case rtsp, rtsps, http, https, file

        package var defaultPort: Int? {
            switch self {
            case .rtsp: 554
            case .rtsps: 322
            case .http: 80
            case .https: 443
            case .file: nil
            }
        }
    }

    package let scheme: Scheme
    /// Name or numeric address, IPv6 without brackets; empty for `file`.
    package let host: String
    package let port: Int?
    /// From the first `/` on, with the query; never a fragment.
    package let path: String

    package static let maximumLength = 2048

    /// - Throws: `CameraFailure` with `.addressInvalid` and what to change.
    package init(_ text: String) throws(CameraFailure) {
        guard (1...Self.maximumLength).contains(text.utf8.count) else {
            throw Self.invalid("The address must have 1 to \(Self.maximumLength) characters.")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.refused.contains($0) }) else {
            throw Self.invalid("The address may hold only printable ASCII without spaces: percent-encode the others.")
        }
        guard let separator = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased())
        else { throw Self.invalid("The address must begin with rtsp://, rtsps://, http:// or https://.") }
        self.scheme = scheme
        let rest = text[separator.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = rest.dropFirst(authority.count)
        path = tail.hasPrefix("?") ? "/" + tail : String(tail)
        (host, port) = try Self.split(authority)
        guard host.isEmpty == (scheme == .file) else { throw Self.invalid("The address names no host.") }
    }

    /// Bytes that no address needs and that would mean something to a shell, a header or a page.
    private static let refused = Set("\"<>\\^`{|}".utf8)

    private static func invalid(_ message: String) -> CameraFailure { CameraFailure(.addressInvalid, message) }

    private static func split(_ authority: Substring) throws(CameraFailure) -> (host: String, port: Int?) {
        guard !authority.contains("@") else {
            throw invalid("Put the user name and the password into their own fields, not into the address.")
        }
        let end =
            authority.hasPrefix("[")
            ? authority.firstIndex(of: "]").map { authority.index(after: $0) }
            : authority.firstIndex(of: ":") ?? authority.endIndex
        guard let end else { throw invalid("The address opens a bracket and does not close it.") }
        let isBracketed = authority.hasPrefix("[")
        let host = isBracketed ? authority[..<end].dropFirst().dropLast() : authority[..<end]
        guard host.utf8.allSatisfy({ isHostByte($0, isBracketed: isBracketed) }), host.utf8.count <= 253 else {
            throw invalid("The host in the address is not a name or a numeric address.")
        }
        let suffix = authority[end...]
        guard !suffix.isEmpty else { return (String(host), nil) }
        guard suffix.hasPrefix(":"), let port = Int(suffix.dropFirst()), (1...65_535).contains(port),
            suffix.dropFirst().allSatisfy(\.isNumber)
        else { throw invalid("The port in the address must be a number from 1 to 65535.") }
        return (String(host), port)
    }

    private static func isHostByte(_ byte: UInt8, isBracketed: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        case UInt8(ascii: ":"): isBracketed
        default: false
        }
    }

    /// Host and port as an HTTP `Host` field has them.
    package var authority: String { authority(of: host) }

    private func authority(of host: String) -> String {
        (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    /// The whole address, for one of `hosts` numeric addresses in place of the name if given. Ports are spelt out only
    /// where the address had one.
    package func text(userInformation: String? = nil, host other: String? = nil) -> String {
        let user = userInformation.map { "\($0)@" } ?? ""
        return "\(scheme.rawValue)://\(user)\(authority(of: other ?? host))\(path)"
    }
}
