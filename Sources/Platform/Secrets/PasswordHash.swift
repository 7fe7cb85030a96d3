import CSodium
import Foundation
import ServiceLifecycle

/// Hashes passwords with Argon2id (RFC 9106) on threads of its own; at most two at a time, because each takes 64 MiB.
package final class PasswordHash: Sendable {
    /// libsodium's interactive limits: 2 passes over 64 MiB, some 60 ms.
    private static let operations = UInt64(crypto_pwhash_OPSLIMIT_INTERACTIVE)
    private static let memory = Int(crypto_pwhash_MEMLIMIT_INTERACTIVE)
    /// Longer passwords are refused before they reach this; it bounds the work of hashing one.
    package static let maximumPasswordBytes = 1024

    private let pool: BlockingPool

    package init(concurrency: Int = 2) {
        pool = BlockingPool(label: "passwords", width: concurrency)
    }

    /// The hash in the form `$argon2id$v=19$m=...`, with its own salt.
    /// - Throws: `SecretsError.outOfMemory`
    @concurrent
    package func hash(_ password: String) async throws -> String {
        try await pool.run { try Self.hash(password) }
    }

    /// Whether the password belongs to the hash. Takes the same time if there is no hash: pass nil for a user who does
    /// not exist, so that an answer does not tell who does.
    @concurrent
    package func verify(_ password: String, hash: String?) async throws -> Bool {
        try await pool.run {
            let stored = try hash ?? Self.dummy.get()
            let isRight = Self.matches(password, stored)
            return hash != nil && isRight
        }
    }

    private static let dummy = Result { try hash("nobody has this password") }

    private static func hash(_ password: String) throws -> String {
        try Sodium.prepare()
        var output = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let bytes = password.utf8.map { CChar(bitPattern: $0) }
        try Sodium.check(
            unsafe crypto_pwhash_str(&output, bytes, UInt64(bytes.count), operations, memory), .outOfMemory)
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func matches(_ password: String, _ hash: String) -> Bool {
        guard password.utf8.count <= maximumPasswordBytes, hash.utf8.count < Int(crypto_pwhash_STRBYTES) else {
            return false
        }
        let bytes = password.utf8.map { CChar(bitPattern: $0) }
        return unsafe crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0
    }
}
