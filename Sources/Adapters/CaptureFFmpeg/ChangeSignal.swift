import Synchronization

/// Lets tasks wait until a thread says that something changed.
final class ChangeSignal: Sendable {
    private struct State {
        var generation = 0
        var nextKey = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// To be read before looking at what may change.
    var generation: Int { state.withLock { $0.generation } }

    var hasWaiters: Bool { state.withLock { !$0.waiting.isEmpty } }

    func notify() {
        let waiting = state.withLock { state in
            state.generation += 1
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns at the first change after `generation` was read, or when the task is cancelled.
    func wait(after generation: Int) async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    guard state.generation == generation, !Task.isCancelled else { return true }
                    state.waiting[key] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: key) }?.resume()
        }
    }
}
