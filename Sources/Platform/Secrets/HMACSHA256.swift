import CSodium
package import Foundation

/// HMAC-SHA-256 (RFC 2104).
package enum HMACSHA256 {
    /// 32 bytes. The key may have any length.
    package static func authenticate(_ message: some DataProtocol, key: some DataProtocol) -> Data {
        let (key, input) = ([UInt8](key), [UInt8](message))
        var output = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        var state = crypto_auth_hmacsha256_state()
        unsafe crypto_auth_hmacsha256_init(&state, key, key.count)
        unsafe crypto_auth_hmacsha256_update(&state, input, UInt64(input.count))
        unsafe crypto_auth_hmacsha256_final(&state, &output)
        return Data(output)
    }
}

package enum Hexadecimal {
    package static func text(_ data: some DataProtocol) -> String {
        data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Takes as long for texts that differ early as for those that differ late; only their length may be told.
package func constantTimeEquals(_ a: some DataProtocol, _ b: some DataProtocol) -> Bool {
    let (a, b) = ([UInt8](a), [UInt8](b))
    return unsafe a.count == b.count && sodium_memcmp(a, b, a.count) == 0
}

package func constantTimeEquals(_ a: String, _ b: String) -> Bool { constantTimeEquals(Data(a.utf8), Data(b.utf8)) }
