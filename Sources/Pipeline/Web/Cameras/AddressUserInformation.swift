import HTTPTypes

/// The user name and password that people paste with an address (`rtsp://user:password@host/`), taken out of it, so that
/// the address can be shown and the password cannot.
struct AddressUserInformation: Sendable {
    let address: String
    var username: String?
    var password: String?
    /// The part before the `@` is not percent-encoded as it would have to be.
    var hasError = false

    init(_ text: String) {
        guard let scheme = text.firstRange(of: "://") else {
            address = text
            return
        }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else {
            address = text
            return
        }
        address = String(text[..<scheme.upperBound] + rest[rest.index(after: at)...])
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let decoded = parts.map { PercentEncoding.decode($0) }
        username = decoded[0].flatMap { $0.isEmpty ? nil : $0 }
        password = decoded.count > 1 ? decoded[1].flatMap { $0.isEmpty ? nil : $0 } : nil
        // To a browser a backslash ends the host, to a camera library it does not: whose address would this be?
        hasError =
            authority.contains("\\") || decoded.contains(nil) || !Self.isPlain(username) || !Self.isPlain(password)
    }

    /// What percent-decoding gives must be as the fields of their own would have it.
    private static func isPlain(_ text: String?) -> Bool {
        guard let text else { return true }
        return (try? TextRule.cameraPassword.check(text)) != nil
    }
}
