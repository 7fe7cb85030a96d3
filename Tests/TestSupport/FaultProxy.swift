import Foundation
import Synchronization

/// A TCP proxy on the loopback interface that does to a connection what a bad network does. What it is told holds for
/// connections that are open as well.
package final class FaultProxy: Sendable {
    package struct Faults: Sendable {
        /// Seconds that every piece of an answer waits.
        package var delay = 0.0
        /// Bytes of the answers of one connection that pass before the rest is held back for good.
        package var stallAfter: Int?
        /// Bytes of the answers of one connection that pass before both sides get a reset.
        package var resetAfter: Int?
        /// New connections are reset at once.
        package var refuses = false

        package init() {}
    }

    private let listener: LoopbackListener
    private let faults = Mutex(Faults())
    private let connections = Mutex((now: 0, most: 0))

    package var port: Int { listener.port }
    /// The most connections that were open at the same time.
    package var mostConnections: Int { connections.withLock { $0.most } }

    /// - Parameter target: a port on 127.0.0.1.
    package init(to target: Int) throws {
        listener = try LoopbackListener()
        let listener = listener
        Thread { [weak self] in
            while let client = try? listener.accept() {
                guard let self else { return }
                Thread { self.connect(client, to: target) }.start()
            }
        }.start()
    }

    deinit { listener.stop() }

    package func set(_ change: (inout Faults) -> Void) { faults.withLock { change(&$0) } }

    private var current: Faults { faults.withLock { $0 } }

    private func connect(_ client: LoopbackSocket, to target: Int) {
        connections.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { connections.withLock { $0.now -= 1 } }
        guard !current.refuses, let server = try? LoopbackSocket(connectingTo: target, timeout: 120) else {
            return client.resetOnClose()
        }
        Thread { [self] in answer(client, from: server) }.start()
        while true {
            let part = client.receive()
            guard !part.isEmpty, (try? server.write(part)) != nil else { return server.stop() }
        }
    }

    private func answer(_ client: LoopbackSocket, from server: LoopbackSocket) {
        var passed = 0
        while true {
            let part = server.receive()
            guard !part.isEmpty else { return client.stop() }
            if current.delay > 0 { Thread.sleep(forTimeInterval: current.delay) }
            let limit = min(current.stallAfter ?? .max, current.resetAfter ?? .max)
            guard (try? client.write(part.prefix(max(0, limit - passed)))) != nil else { return server.stop() }
            passed += part.count
            guard passed > limit else { continue }
            if current.resetAfter == limit {
                client.resetOnClose()
                client.stop()
                return server.stop()
            }
        }
    }
}
