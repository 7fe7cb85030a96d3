package import Foundation

extension IPAddress {
    /// Nil for what is neither IPv4 nor IPv6.
    package init?(socketAddress address: UnsafePointer<sockaddr>) {
        let raw = unsafe UnsafeRawPointer(address)
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            let bytes = unsafe raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            self.init(bytes: unsafe withUnsafeBytes(of: bytes) { unsafe Array($0) })
        case AF_INET6:
            let bytes = unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(bytes: unsafe withUnsafeBytes(of: bytes) { unsafe Array($0) })
        default: return nil
        }
    }
}
