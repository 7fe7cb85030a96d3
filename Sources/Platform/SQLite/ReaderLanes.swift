import ServiceLifecycle
import Synchronization

/// A few connections that read at the same time; reads wait in line when all are busy.
final class ReaderLanes: Sendable {
    private struct Lane: Sendable {
        let connection: LaneConnection
        let executor: QueueExecutor
    }

    private struct State {
        var idle: [Lane]
        var waiting: [@Sendable (Connection) -> Void] = []
    }

    private let state: Mutex<State>

    init(connections: [LaneConnection]) {
        state = Mutex(
            State(idle: connections.map { Lane(connection: $0, executor: QueueExecutor(label: "sqlite.reader")) }))
    }

    func submit(_ job: @escaping @Sendable (Connection) -> Void) {
        let lane = state.withLock { state in
            if state.idle.isEmpty { state.waiting.append(job) }
            return state.idle.popLast()
        }
        guard let lane else { return }
        lane.executor.submit { self.work(job, on: lane) }
    }

    /// Does the job and those that have come to wait meanwhile.
    private func work(_ first: @escaping @Sendable (Connection) -> Void, on lane: Lane) {
        var job = first
        while true {
            job(lane.connection.connection)
            let next = state.withLock { state in
                if state.waiting.isEmpty { state.idle.append(lane) }
                return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
            }
            guard let next else { return }
            job = next
        }
    }
}
