import Glibc
import Synchronization

/// An accepted connection, whose turn it is, and until when.
final class ClientConnection: Sendable {
    enum Turn {
        /// The client sends a request, or will send its next; all of what was due must be there by then.
        case receiving(until: ContinuousClock.Instant)
        /// The request is in our hands, or a stream is going out.
        case ours
        /// The client takes an answer; it must have taken all of it by then.
        case sending(until: ContinuousClock.Instant)
    }

    let descriptor: Int32
    private let turn: Mutex<Turn>

    init(descriptor: Int32, turn: Turn) {
        self.descriptor = descriptor
        self.turn = Mutex(turn)
    }

    func setTurn(_ next: Turn) { turn.withLock { $0 = next } }

    func extendReceiving(by duration: Duration) {
        turn.withLock { turn in
            if case .receiving(let end) = turn { turn = .receiving(until: end.advanced(by: duration)) }
        }
    }

    /// Whether to cut the client off: it took too long, or it hung up in the middle of a request.
    func isLost(at now: ContinuousClock.Instant) -> Bool {
        switch turn.withLock({ $0 }) {
        case .receiving(let end): end < now || hasHungUp
        case .sending(let end): end < now
        case .ours: false
        }
    }

    /// libmicrohttpd 0.9.75 does not notice an end that arrives together with the last bytes (edge-triggered epoll).
    private var hasHungUp: Bool {
        var byte: UInt8 = 0
        return unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }
}

/// The open connections of a listener.
final class ConnectionTable: Sendable {
    private let connections = Mutex<[ObjectIdentifier: ClientConnection]>([:])

    var count: Int { connections.withLock { $0.count } }

    func insert(_ connection: ClientConnection) {
        connections.withLock { $0[ObjectIdentifier(connection)] = connection }
    }

    func remove(_ connection: ClientConnection) {
        connections.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Cuts off clients that are lost. Under the lock, because a descriptor is closed only after `remove`.
    func shutDownLost(at now: ContinuousClock.Instant) {
        connections.withLock { connections in
            for connection in connections.values where connection.isLost(at: now) {
                shutdown(connection.descriptor, Int32(SHUT_RDWR))
            }
        }
    }
}
