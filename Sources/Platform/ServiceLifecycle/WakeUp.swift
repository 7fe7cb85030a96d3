import Synchronization

/// Lets receivers sleep until something may be there for them.
package final class WakeUp: Sendable {
    private struct State {
        var generation = 0
        var next = 0
        var sleepers: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Ask before looking for work; `sleep(since:)` returns at once if a call of `wake` came in between.
    package var generation: Int { state.withLock { $0.generation } }

    package func wake() {
        let sleepers = state.withLock { state in
            state.generation += 1
            defer { state.sleepers = [:] }
            return state.sleepers.values
        }
        for sleeper in sleepers { sleeper.resume() }
    }

    /// Returns after the next `wake`, after `limit`, or when the task is cancelled.
    package func sleep(since generation: Int, atMost limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.sleep(since: generation) }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func sleep(since generation: Int) async {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustSleep = state.withLock { state in
                    guard state.generation == generation, !Task.isCancelled else { return false }
                    state.sleepers[key] = continuation
                    return true
                }
                if !mustSleep { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: key) }?.resume()
        }
    }
}
