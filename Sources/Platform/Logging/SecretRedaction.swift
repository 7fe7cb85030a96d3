import Synchronization

/// Keeps secrets out of text that leaves the process: user information in addresses, and every value registered as secret.
package enum SecretRedaction {
    private static let known = Mutex<Set<String>>([])

    /// Shorter values are not registered: replacing them would garble ordinary text.
    package static let minimumLength = 4

    /// From now on `value` is written as `***` by every log handler.
    package static func register(_ value: String) {
        guard value.count >= minimumLength else { return }
        known.withLock { _ = $0.insert(value) }
    }

    /// The text without registered secrets and with `scheme://user:password@` written as `scheme://***@`.
    package static func redact(_ text: String) -> String {
        var result = text
        for secret in known.withLock({ $0 }) where result.contains(secret) {
            result = result.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
        }
        return result.contains("@") ? withoutUserInformation(result) : result
    }

    private static func withoutUserInformation(_ text: String) -> String {
        text.replacing(#/:\/\/[^\/\s]*@/#) { _ in "://***@" }
    }
}
