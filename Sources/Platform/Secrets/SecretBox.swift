import CSodium
import Foundation

/// Seals secrets for storage (XSalsa20-Poly1305, libsodium's secretbox). The sealed text is
/// `v1.<key id>.<base64 of nonce and ciphertext>`, so that keys can be changed: `open` knows old keys, `seal` takes
/// the first.
package struct SecretBox: Sendable {
    private let keys: [SecretKey]
    private static let nonceBytes = Int(crypto_secretbox_NONCEBYTES)
    private static let tagBytes = Int(crypto_secretbox_MACBYTES)

    /// - Parameter former: keys that still open what they sealed.
    package init(key: SecretKey, former: [SecretKey] = []) { keys = [key] + former }

    package func seal(_ secret: String) throws(SecretsError) -> String {
        try Sodium.prepare()
        let message = [UInt8](secret.utf8)
        let nonce = [UInt8](Sodium.randomBytes(Self.nonceBytes))
        var output = [UInt8](repeating: 0, count: message.count + Self.tagBytes)
        try Sodium.check(
            unsafe crypto_secretbox_easy(&output, message, UInt64(message.count), nonce, [UInt8](keys[0].bytes)),
            .unavailable)
        return "v1.\(keys[0].id).\(Data(nonce + output).base64EncodedString())"
    }

    /// - Throws: `SecretsError`: `.keyUnknown` if it was sealed with another key, `.sealedTampered` if it was changed.
    package func open(_ sealed: String) throws(SecretsError) -> String {
        try Sodium.prepare()
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "v1", let data = Data(base64Encoded: String(parts[2])),
            data.count >= Self.nonceBytes + Self.tagBytes
        else { throw .sealedMalformed }
        guard let key = keys.first(where: { $0.id == parts[1] }) else { throw .keyUnknown(id: String(parts[1])) }
        let (nonce, cipher) = ([UInt8](data.prefix(Self.nonceBytes)), [UInt8](data.dropFirst(Self.nonceBytes)))
        var output = [UInt8](repeating: 0, count: cipher.count - Self.tagBytes)
        try Sodium.check(
            unsafe crypto_secretbox_open_easy(&output, cipher, UInt64(cipher.count), nonce, [UInt8](key.bytes)),
            .sealedTampered)
        return String(decoding: output, as: UTF8.self)
    }

    /// Whether a sealed text should be sealed again with the first key.
    package func isOutdated(_ sealed: String) -> Bool { !sealed.hasPrefix("v1.\(keys[0].id).") }
}
