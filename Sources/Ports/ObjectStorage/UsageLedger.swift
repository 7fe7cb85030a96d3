import Synchronization

/// How many bytes are stored. Bytes are reserved before they are written, so that writers side by side cannot pass the
/// quota together.
final class UsageLedger: Sendable {
    private struct State {
        var used: Int
        var countedAt = ContinuousClock.now
    }

    private let state: Mutex<State>

    init(used: Int) { state = Mutex(State(used: used)) }

    var used: Int { state.withLock { $0.used } }

    func reserve(_ count: Int, quota: Int) -> Bool {
        state.withLock { state in
            guard count <= quota - state.used else { return false }
            state.used += count
            return true
        }
    }

    func release(_ count: Int) { state.withLock { $0.used -= count } }

    /// True for one caller once the last count is older than `age`: that caller counts and calls `recounted`.
    func beginsRecount(olderThan age: Duration) -> Bool {
        state.withLock { state in
            guard ContinuousClock.now - state.countedAt >= age else { return false }
            state.countedAt = .now
            return true
        }
    }

    /// What was stored or deleted while the count ran may be missing in it; the next count has it.
    func recounted(_ bytes: Int) { state.withLock { $0.used = bytes } }
}
