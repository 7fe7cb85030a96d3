import Dispatch
import Synchronization

/// Opens once and stays open. Waiting is not ended by cancellation: a farewell must be said also by a cancelled task.
final class EndLatch: Sendable {
    private struct State {
        var isOpen = false
        var nextKey = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the latch opens, after `seconds` at the latest.
    func wait(atMost seconds: Double) async {
        await withCheckedContinuation { continuation in
            let key: Int? = state.withLock { state in
                guard !state.isOpen else { return nil }
                state.nextKey += 1
                state.waiting[state.nextKey] = continuation
                return state.nextKey
            }
            guard let key else { return continuation.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
                self.state.withLock { $0.waiting.removeValue(forKey: key) }?.resume()
            }
        }
    }
}
