import Foundation

/// Runs blocking test code on a thread of its own.
package func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}

/// Waits until the condition holds; false after three minutes, which a machine that does much else may need.
package func eventually(_ condition: @Sendable () async throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(180))
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return false
}

/// How many file descriptors this process has open.
package func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
}

/// Sockets of this machine that listen or are connected on a port and still belong to a process.
package func openSockets(onPort port: Int) -> Int {
    // By a handle: reading such a file whole ends after its first piece.
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map { FileHandle(forReadingAtPath: $0)?.readDataToEndOfFile() }
    // proc(5): sl, local address, remote address, state, queues, timer, retransmits, owner, time-out, inode.
    return String(decoding: tables.compactMap(\.self).joined(), as: UTF8.self).split(separator: "\n").count { line in
        let fields = line.split(separator: " ")
        guard fields.count > 9, let local = fields[1].split(separator: ":").last else { return false }
        return Int(local, radix: 16) == port && fields[9] != "0"
    }
}
