import Dispatch
import Synchronization

/// Runs blocking or heavy calls on at most `width` threads outside the cooperative pool, in the order in which they came.
package final class BlockingPool: Sendable {
    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let width: Int
    private let queue: DispatchQueue
    private let state = Mutex(State())

    package init(label: String, width: Int) {
        precondition(width > 0, "a pool has at least one thread")
        self.width = width
        queue = DispatchQueue(label: label, attributes: .concurrent)
    }

    /// Runs the call and gives its result back to the caller's executor.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Result { try body() }) }
        }
    }

    private func submit(_ job: @escaping @Sendable () -> Void) {
        let startsThread = state.withLock { state in
            state.waiting.append(job)
            guard state.running < width else { return false }
            state.running += 1
            return true
        }
        if startsThread { queue.async { self.drain() } }
    }

    private func drain() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
