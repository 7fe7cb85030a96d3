package import Foundation
import Glibc

/// A TCP socket on the loopback interface, for tests that speak or serve a protocol byte by byte.
package final class LoopbackSocket: Sendable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - port: on 127.0.0.1.
    ///   - timeout: seconds after which a read or write fails: a test that waits for what never comes must not hang.
    package init(connectingTo port: Int, timeout: Int = 20) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let connecting = descriptor
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(connecting, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        try unsafe withLoopback(port) { try Self.check(unsafe connect(connecting, $0, $1)) }
    }

    fileprivate init(accepted descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    package func write(_ data: Data) throws {
        var rest = data[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            try Self.check(Int32(truncatingIfNeeded: count))
            rest = rest.dropFirst(count)
        }
    }

    /// What has arrived, waiting for the first byte; empty at the end.
    package func read() throws -> Data {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        try Self.check(Int32(truncatingIfNeeded: count))
        return Data(buffer.prefix(count))
    }

    package func readToEnd() throws -> Data {
        var all = Data()
        while true {
            let part = try read()
            if part.isEmpty { return all }
            all.append(part)
        }
    }

    /// Ends both directions; whoever reads or writes is told.
    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Makes the next close a TCP reset.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    fileprivate static func check(_ result: Int32) throws {
        if result < 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}

/// A listening TCP socket on a free port of the loopback interface.
package final class LoopbackListener: Sendable {
    private let descriptor: Int32
    package let port: Int

    /// - Parameter host: the last number of the address, 127.0.0.1 by default.
    package init(host: Int = 1) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let listening = descriptor
        try unsafe withLoopback(0, host: host) { try LoopbackSocket.check(unsafe bind(listening, $0, $1)) }
        try LoopbackSocket.check(listen(descriptor, 16))
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try unsafe withUnsafeMutablePointer(to: &address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try LoopbackSocket.check(unsafe getsockname(listening, $0, &size))
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    /// Blocks until somebody connects; throws after `stop`.
    package func accept() throws -> LoopbackSocket {
        let accepted = Glibc.accept(descriptor, nil, nil)
        try LoopbackSocket.check(accepted)
        return LoopbackSocket(accepted: accepted)
    }

    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

private func withLoopback(_ port: Int, host: Int = 1, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void)
    throws
{
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = (INADDR_LOOPBACK - 1 + in_addr_t(host)).bigEndian
    try unsafe withUnsafePointer(to: &address) { pointer in
        try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            try unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
