package import Foundation

/// Texts nobody can guess.
package enum RandomToken {
    /// 32 random bytes as base64url without padding: 43 characters.
    package static func make() -> String { base64URL(bytes(32)) }

    package static func bytes(_ count: Int) -> Data { Sodium.randomBytes(count) }

    /// A secret of Standard Webhooks: `whsec_` and base64 of 32 random bytes.
    package static func webhookSecret() -> String { "whsec_" + bytes(32).base64EncodedString() }

    /// RFC 4648, section 5, without padding.
    package static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
