import ServiceLifecycle
import Synchronization

/// A transaction that waits for the writer.
struct WriteJob: Sendable {
    /// Does the work and returns what tells the caller once the commit is safe.
    let run: @Sendable (Connection) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Runs the transactions of one database in the order in which they were submitted. Those that wait together are
/// committed together, each in a savepoint of its own: one that fails does not touch the others.
final class WriterLane: Sendable {
    private struct State {
        var waiting: [WriteJob] = []
        var isScheduled = false
    }

    private static let maximumBatch = 256

    private let lane: LaneConnection
    private let executor: QueueExecutor
    private let state = Mutex(State())

    init(connection: LaneConnection, executor: QueueExecutor) {
        lane = connection
        self.executor = executor
    }

    func submit(_ job: WriteJob) {
        let mustSchedule = state.withLock { state in
            state.waiting.append(job)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { executor.submit { self.drain() } }
    }

    private func drain() {
        while let batch = nextBatch() { commit(batch, on: lane.connection) }
    }

    private func nextBatch() -> [WriteJob]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isScheduled = false
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.maximumBatch))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Callers hear of success only after the commit; if the commit fails, every one of them hears of it.
    private func commit(_ batch: [WriteJob], on connection: Connection) {
        var undecided = batch[...]
        var done: [(job: WriteJob, succeed: @Sendable () -> Void)] = []
        do {
            try connection.run("BEGIN IMMEDIATE")
            while let job = undecided.first {
                do { done.append((job, try connection.savepoint { try job.run(connection) })) } catch {
                    guard connection.isInTransaction else { throw error }
                    job.fail(error)
                }
                undecided.removeFirst()
            }
            try connection.run("COMMIT")
            for entry in done { entry.succeed() }
        } catch {
            if connection.isInTransaction { _ = try? connection.run("ROLLBACK") }
            for job in done.map(\.job) + undecided { job.fail(error) }
        }
    }
}

extension Connection {
    /// Undoes what `body` did if it throws, unless SQLite has undone the whole transaction already.
    fileprivate func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        try run("SAVEPOINT job")
        do {
            let value = try body()
            try run("RELEASE job")
            return value
        } catch {
            if isInTransaction {
                try run("ROLLBACK TO job")
                try run("RELEASE job")
            }
            throw error
        }
    }
}
