import Glibc
import Synchronization

/// An accepted connection and until when its client must have moved on.
final class ClientConnection: Sendable {
    let descriptor: Int32
    private let deadline: Mutex<ContinuousClock.Instant?>

    init(descriptor: Int32, deadline: ContinuousClock.Instant?) {
        self.descriptor = descriptor
        self.deadline = Mutex(deadline)
    }

    /// Nil while it is our turn.
    func setDeadline(_ time: ContinuousClock.Instant?) { deadline.withLock { $0 = time } }

    func extendDeadline(by duration: Duration) { deadline.withLock { $0 = $0?.advanced(by: duration) } }

    func isOverdue(at time: ContinuousClock.Instant) -> Bool { deadline.withLock { $0.map { $0 < time } ?? false } }
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

    /// Cuts off clients that took too long. Under the lock, because the descriptor is closed only after `remove`.
    func shutDownOverdue(at time: ContinuousClock.Instant) {
        connections.withLock { connections in
            for connection in connections.values where connection.isOverdue(at: time) {
                connection.setDeadline(nil)
                shutdown(connection.descriptor, Int32(SHUT_RDWR))
            }
        }
    }
}
