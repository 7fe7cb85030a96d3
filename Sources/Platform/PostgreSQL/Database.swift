import Dispatch
import Foundation
import ServiceLifecycle
import Synchronization

/// A few connections to one database, each blocking a thread of its own. What cannot be done at once waits, for a bounded
/// time; a connection that is lost is made again.
package final class Database: Sendable {
    package struct Settings: Sendable {
        package var connection: ConnectionSettings
        /// Most connections.
        package var size = 4
        /// How long a call waits for a connection before it fails.
        package var waitTimeout = Duration.seconds(5)

        package init(_ connection: ConnectionSettings) { self.connection = connection }
    }

    private struct State {
        var queue: LaneQueue<Job>
        var outage = Outage()
        var nextID = 0
        var history = FailureHistory()
    }

    private let settings: Settings
    private let lanes: [Lane]
    private let state: Mutex<State>
    private let timer = DispatchQueue(label: "postgresql.timer")

    /// Connects with the first call, not before.
    package init(_ settings: Settings) {
        self.settings = settings
        lanes = (0..<settings.size).map { _ in Lane() }
        state = Mutex(State(queue: LaneQueue(size: settings.size)))
    }

    /// Runs `body` in a transaction and returns when it is durable; everything or nothing of it happens. `body` may run
    /// more than once, so it has no effect but in the database, and must not hold on to the connection.
    /// - Throws: `PostgreSQLError`, or what `body` throws.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await run { try $0.transaction(body) }
    }

    /// Runs `body` outside a transaction: each of its statements sees the newest state. `body` may run more than once.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await run { connection in
            let value = try body(connection)
            try connection.flush()
            return value
        }
    }

    private func run<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit(
                run: { connection in
                    let value = try work(connection)
                    return { continuation.resume(returning: value) }
                }, fail: { continuation.resume(throwing: $0) })
        }
    }
}

/// Work for one connection.
struct Job: Identifiable, Sendable {
    let id: Int
    let deadline: ContinuousClock.Instant
    /// Does the work and returns what tells the caller.
    let run: @Sendable (Connection) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// A thread and the connection it uses.
final class Lane: @unchecked Sendable {
    // Sendable because `connection` is touched by jobs on `executor` only, one after the other.
    let executor = QueueExecutor(label: "postgresql.connection")
    var connection: Connection?
}

extension Database {
    /// How often a transaction that stood in another's way is run again.
    private static let conflictAttempts = 5
    /// How long the pool stays smaller after the server had no connection left.
    private static let smallFor = Duration.seconds(5)

    private func submit(
        run: @escaping @Sendable (Connection) throws -> @Sendable () -> Void,
        fail: @escaping @Sendable (any Error) -> Void
    ) {
        let now = ContinuousClock.now
        let (job, lane) = state.withLock { state in
            state.nextID += 1
            let job = Job(id: state.nextID, deadline: now + settings.waitTimeout, run: run, fail: fail)
            return (job, state.queue.place(job, at: now))
        }
        if let lane { start(job, on: lane) } else { limitWait(of: job) }
    }

    private func start(_ job: Job, on lane: Int) {
        lanes[lane].executor.submit { self.work(job, on: lane) }
    }

    private func limitWait(of job: Job) {
        let wait = max(.zero, job.deadline - .now) / .seconds(1)
        timer.asyncAfter(deadline: .now() + wait) { [self] in
            guard let late = state.withLock({ $0.queue.withdraw(job.id) }) else { return }
            let error = PostgreSQLError(
                .poolBusy,
                message: "PostgreSQL: all \(settings.size) connections were in use for \(settings.waitTimeout)")
            state.withLock { $0.history.note(error) }
            late.fail(error)
        }
    }

    /// Does the job and those that have come to wait meanwhile.
    private func work(_ first: Job, on lane: Int) {
        var job = first
        while true {
            guard perform(job, on: lane) else { return }
            guard let next = state.withLock({ $0.queue.finished(lane) }) else { return }
            job = next
        }
    }

    /// False if the lane was taken out of use.
    private func perform(_ job: Job, on lane: Int) -> Bool {
        var (losses, conflicts) = (0, 0)
        while true {
            do {
                guard let connection = try connected(lane, job) else { return false }
                let tell = try job.run(connection)
                tell()
                return true
            } catch {
                state.withLock { $0.history.note(error as? PostgreSQLError) }
                let retries = mayRetry(error, on: lane, losses: &losses, conflicts: &conflicts)
                if let connection = lanes[lane].connection, !connection.isUsable { lanes[lane].connection = nil }
                guard retries, ContinuousClock.now < job.deadline else {
                    job.fail(error)
                    return true
                }
            }
        }
    }

    /// A connection that was lost before the commit was sent has changed nothing, and neither has a transaction that stood
    /// in another's way.
    private func mayRetry(_ error: any Error, on lane: Int, losses: inout Int, conflicts: inout Int) -> Bool {
        guard let error = error as? PostgreSQLError else { return false }
        switch error.code {
        case .connectionLost:
            guard let connection = lanes[lane].connection else { return false }
            losses += 1
            return !connection.isCommitUncertain && losses <= 2
        case .conflict:
            conflicts += 1
            return conflicts <= Self.conflictAttempts
        case .readOnly:
            // The server has become a standby: another of the hosts may be the primary now.
            lanes[lane].connection = nil
            losses += 1
            return losses <= 1
        default: return false
        }
    }

    /// The lane's connection, made if there is none; nil if the server has none for this lane and another takes the job.
    private func connected(_ lane: Int, _ job: Job) throws -> Connection? {
        if let connection = lanes[lane].connection { return connection }
        while true {
            switch state.withLock({ $0.outage.decide(at: .now, deadline: job.deadline) }) {
            case .fail(let error): throw error
            case .wait(let end): Thread.sleep(forTimeInterval: max(.zero, end - .now) / .seconds(1))
            case .connect:
                do throws(PostgreSQLError) {
                    let connection = try Connection(settings.connection)
                    lanes[lane].connection = connection
                    state.withLock { $0.outage.ended() }
                    return connection
                } catch {
                    if error.code == .tooManyConnections, surrender(lane, job) { return nil }
                    state.withLock { $0.outage.failed(error, at: .now) }
                    guard error.isRetriable else { throw error }
                }
            }
        }
    }

    private func surrender(_ lane: Int, _ job: Job) -> Bool {
        switch state.withLock({ $0.queue.surrender(lane, job, until: .now + Self.smallFor) }) {
        case .refused: return false
        case .passed(let other): start(job, on: other)
        case .queued: limitWait(of: job)
        }
        return true
    }
}

extension Database {
    /// What the pool knows without asking the server.
    package var health: DatabaseHealth {
        state.withLock { state in
            DatabaseHealth(
                size: settings.size, open: state.queue.openCount, busy: state.queue.busyCount,
                waiting: state.queue.waitingCount, outage: state.outage.lastError?.message,
                failures: state.history.counts, lastFailure: state.history.last)
        }
    }
}
