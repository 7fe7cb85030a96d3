package import Foundation
import Synchronization

/// A TCP connection to this machine that sends and receives exactly what a test says, to be a client (or a server) that
/// misbehaves. Its calls block and give up after `timeout` seconds; use it from `offPool`.
package final class RawConnection: Sendable {
    private let descriptor: Int32

    package init(port: Int, timeout: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let code = errno
            _ = close(descriptor)
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
        }
    }

    deinit { _ = close(descriptor) }

    /// False if the other side has gone.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Data(text.utf8)) }

    @discardableResult
    package func send(_ data: Data) -> Bool {
        var rest = data[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// What comes next, at most `limit` bytes; empty if the other side closed, nil after `timeout` seconds of nothing.
    package func receive(limit: Int = 65536) -> Data? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = unsafe recv(descriptor, &buffer, limit, 0)
        if count < 0 { return errno == ECONNRESET ? Data() : nil }
        return Data(buffer.prefix(count))
    }

    /// Everything until the text appears or the other side closes.
    package func receive(until text: String) -> String {
        var all = Data()
        while all.range(of: Data(text.utf8)) == nil, let data = receive(), !data.isEmpty { all += data }
        return String(decoding: all, as: UTF8.self)
    }

    /// Everything until the other side closes.
    package func receiveAll() -> String {
        var all = Data()
        while let data = receive(), !data.isEmpty { all += data }
        return String(decoding: all, as: UTF8.self)
    }

    /// Closes with a reset instead of an end.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
}

/// Runs blocking test code on a thread of its own.
package func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}

/// Waits until the condition holds, at most ten seconds.
package func eventually(_ condition: @Sendable () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return false
}

/// The file descriptors this process has open.
package func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
}
