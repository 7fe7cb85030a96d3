import Foundation

/// A bound, listening TCP socket. Not closed here: the daemon takes it over.
struct ListeningSocket {
    let descriptor: Int32
    let port: Int

    /// - Parameter address: numeric IPv4 or IPv6.
    init(address: String, port: Int) throws(HTTPServerError) {
        guard (0...65535).contains(port) else { throw HTTPServerError("port \(port) is not in 0...65535") }
        var hints = unsafe addrinfo(
            ai_flags: AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV, ai_family: AF_UNSPEC,
            ai_socktype: Int32(SOCK_STREAM.rawValue), ai_protocol: 0, ai_addrlen: 0, ai_addr: nil, ai_canonname: nil,
            ai_next: nil)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(address, String(port), &hints, &found)
        defer { unsafe freeaddrinfo(found) }
        guard status == 0, let info = unsafe found?.pointee else {
            throw HTTPServerError("'\(address)' is not a numeric address to listen on, such as 127.0.0.1 or ::")
        }
        descriptor = unsafe socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
        do {
            self.port = try unsafe Self.listen(descriptor, info)
        } catch {
            close(descriptor)
            throw HTTPServerError("cannot listen on \(address) port \(port): \(error.description)")
        }
    }

    private static func listen(_ descriptor: Int32, _ info: addrinfo) throws(HTTPServerError) -> Int {
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        try check(descriptor)
        try check(unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size))
        try check(unsafe bind(descriptor, info.ai_addr, info.ai_addrlen))
        try check(Glibc.listen(descriptor, 512))
        try check(fcntl(descriptor, F_SETFL, O_NONBLOCK))
        return try port(of: descriptor)
    }

    private static func port(of descriptor: Int32) throws(HTTPServerError) -> Int {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        try check(status)
        // The port is at the same place in sockaddr_in and sockaddr_in6.
        return Int(UInt16(bigEndian: address.sin6_port))
    }

    private static func check(_ status: Int32) throws(HTTPServerError) {
        if status < 0 { throw HTTPServerError(unsafe String(cString: strerror(errno))) }
    }
}
