import CSodium
import Foundation

/// Libsodium, initialised once.
enum Sodium {
    private static let status = sodium_init()

    /// - Throws: `SecretsError.unavailable` if the system gives no random numbers.
    static func prepare() throws(SecretsError) {
        if status < 0 { throw .unavailable }
    }

    static func check(_ status: Int32, _ error: SecretsError) throws(SecretsError) {
        if status != 0 { throw error }
    }

    static func randomBytes(_ count: Int) -> Data {
        precondition(status >= 0, "the system gives no random numbers")
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe randombytes_buf(&bytes, count)
        return Data(bytes)
    }
}

package enum SecretsError: Error, Hashable, CustomStringConvertible {
    case unavailable
    case outOfMemory
    case keyMalformed(place: String)
    case keyFileExposed(path: String)
    case keyFileUnreadable(path: String, reason: String)
    case sealedMalformed
    /// Sealed with a key that is not among those given.
    case keyUnknown(id: String)
    case sealedTampered

    package var description: String {
        switch self {
        case .unavailable: "the system gives no random numbers"
        case .outOfMemory: "there is not enough memory to hash a password"
        case .keyMalformed(let place): "the secret key in \(place) is not base64 of 32 bytes"
        case .keyFileExposed(let path):
            "the key file \(path) can be read by other users; make it private with: chmod 600 \(path)"
        case .keyFileUnreadable(let path, let reason): "the key file \(path) cannot be used: \(reason)"
        case .sealedMalformed: "a stored secret does not have the form of one"
        case .keyUnknown(let id):
            "a stored secret was sealed with key \(id), which is not the key in use; restore the key file or variable"
        case .sealedTampered: "a stored secret was changed after it was sealed"
        }
    }
}
