import CSodium
package import Foundation

/// SHA-256 by libsodium (FIPS 180-4), as lower-case hexadecimal text.
package enum SHA256 {
    package static func hexDigest(of data: Data) -> String {
        var hash = SHA256State()
        hash.update(data)
        return hash.hexDigest()
    }

    /// Reads the file in parts, so that its size does not matter.
    /// - Throws: what reading the file throws.
    package static func hexDigest(ofFile file: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var hash = SHA256State()
        while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(part) }
        return hash.hexDigest()
    }
}

private struct SHA256State {
    private var state = crypto_hash_sha256_state()

    init() { unsafe crypto_hash_sha256_init(&state) }

    mutating func update(_ data: Data) {
        unsafe data.withUnsafeBytes { bytes in
            let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
            _ = unsafe crypto_hash_sha256_update(&state, start, UInt64(bytes.count))
        }
    }

    mutating func hexDigest() -> String {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        unsafe crypto_hash_sha256_final(&state, &digest)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
