import CCrypto
import Foundation

/// MD5 (RFC 1321) by libcrypto, against damage on the way only: S3 asks for it in `Content-MD5` and gives it as `ETag`.
enum MD5 {
    /// 16 bytes; nil where the system forbids MD5 altogether.
    static func digest(of data: Data) -> Data? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length = 0
        let isDone = unsafe data.withUnsafeBytes { bytes in
            unsafe EVP_Q_digest(nil, "MD5", nil, bytes.baseAddress, bytes.count, &digest, &length)
        }
        return isDone == 1 ? Data(digest.prefix(length)) : nil
    }
}
