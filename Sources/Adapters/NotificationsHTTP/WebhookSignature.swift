package import Domain
package import Foundation
import Secrets

/// Signs messages as Standard Webhooks says (standard-webhooks/standard-webhooks, spec/standard-webhooks.md).
package struct WebhookSignature: Sendable {
    private let key: Data

    /// - Parameter secret: `whsec_` and base64 of 24 to 64 bytes; nil if it is anything else.
    package init?(secret: Secret) {
        let text = secret.reveal()
        guard text.hasPrefix("whsec_"), let key = Data(base64Encoded: String(text.dropFirst(6))),
            (24...64).contains(key.count)
        else { return nil }
        self.key = key
    }

    /// The value of `webhook-signature`.
    /// - Parameter timestamp: seconds since 1970 of this attempt.
    package func sign(id: String, timestamp: Int, body: Data) -> String {
        let content = Data("\(id).\(timestamp).".utf8) + body
        return "v1," + HMACSHA256.authenticate(content, key: key).base64EncodedString()
    }
}
