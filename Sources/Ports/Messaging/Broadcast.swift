package import Domain
import Synchronization

/// Tells every listener that something changed. Best effort: a listener that is away reads the database when it returns.
package protocol Broadcast: Sendable {
    func publish(_ change: Change) async

    /// Changes from now on, until the stream is dropped. A slow listener loses the oldest ones.
    func subscribe() -> AsyncStream<Change>
}

/// The broadcast of a system that is one process.
package final class InProcessBroadcast: Broadcast {
    private let listeners = Mutex<(next: Int, continuations: [Int: AsyncStream<Change>.Continuation])>((0, [:]))

    package init() {}

    package func publish(_ change: Change) async {
        let continuations = listeners.withLock { Array($0.continuations.values) }
        for continuation in continuations { continuation.yield(change) }
    }

    package func subscribe() -> AsyncStream<Change> {
        let (stream, continuation) = AsyncStream.makeStream(of: Change.self, bufferingPolicy: .bufferingNewest(256))
        let key = listeners.withLock { listeners in
            listeners.next += 1
            listeners.continuations[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.listeners.withLock { $0.continuations.removeValue(forKey: key) }
        }
        return stream
    }
}
