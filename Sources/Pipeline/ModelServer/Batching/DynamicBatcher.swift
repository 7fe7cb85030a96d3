import Inference

/// Lets requests that arrive together run together. A batch that fails is repeated one request at a time, so that one bad
/// request fails alone, unless the backend is away or busy: then repeating would only add to it.
package actor DynamicBatcher<Work: BatchWork> {
    private struct Waiting {
        let item: Work.Item
        let rows: Int
        let arrivedAt: ContinuousClock.Instant
        let continuation: CheckedContinuation<Work.Answer, any Error>
    }

    private let model: String
    private let work: Work
    private let concurrency: Int
    private let statistics: ModelStatistics
    private var queue: BatchQueue<Work.Shape>
    private var waiting: [Int: Waiting] = [:]
    private var nextID = 0
    private var running = 0
    private var wakeUp: Task<Void, Never>?
    private let clock = ContinuousClock()
    private let start = ContinuousClock().now

    /// - Parameter concurrency: batches that run at the same time.
    package init(
        model: String, work: Work, limits: BatchLimits, concurrency: Int, statistics: ModelStatistics
    ) {
        self.model = model
        self.work = work
        self.concurrency = concurrency
        self.statistics = statistics
        queue = BatchQueue(limits: limits)
    }

    /// - Parameter timeout: how long the caller waits for its turn.
    /// - Throws: `InferenceError`, `.overloaded` when the queue is full or the time is up.
    package func infer(_ item: Work.Item, timeout: Duration? = nil) async throws -> Work.Answer {
        let (rows, shape) = try work.measure(item)
        return try await withCheckedThrowingContinuation { continuation in
            expire()
            nextID += 1
            let entry = BatchQueue<Work.Shape>.Entry(
                id: nextID, rows: rows, shape: shape, arrivedAt: now, deadline: timeout.map { now + $0 / .seconds(1) })
            guard queue.add(entry) else {
                statistics.reject(after: .zero)
                let error = InferenceError(.overloaded, "model '\(model)': Exceeds maximum queue size")
                return continuation.resume(throwing: error)
            }
            waiting[nextID] = Waiting(item: item, rows: rows, arrivedAt: clock.now, continuation: continuation)
            dispatch()
        }
    }

    private var now: Double { start.duration(to: clock.now) / .seconds(1) }

    private func expire() {
        for id in queue.removeExpired(at: now) {
            guard let one = waiting.removeValue(forKey: id) else { continue }
            statistics.reject(after: one.arrivedAt.duration(to: clock.now))
            let error = InferenceError(.overloaded, "model '\(model)': Request timeout expired")
            one.continuation.resume(throwing: error)
        }
    }

    private func dispatch() {
        expire()
        while running < concurrency {
            switch queue.next(at: now) {
            case .idle: return
            case .wait(let time): return wake(at: time)
            case .run(let ids): begin(ids.compactMap { waiting.removeValue(forKey: $0) })
            }
        }
        if let deadline = queue.nextDeadline { wake(at: deadline) }
    }

    /// One timer at a time; an earlier one is replaced.
    private func wake(at time: Double) {
        wakeUp?.cancel()
        wakeUp = Task { [weak self, start, clock] in
            guard (try? await clock.sleep(until: start.advanced(by: .seconds(time)))) != nil else { return }
            await self?.dispatch()
        }
    }

    private func begin(_ batch: [Waiting]) {
        running += 1
        Task {
            await run(batch)
            running -= 1
            dispatch()
        }
    }

    private func run(_ batch: [Waiting]) async {
        let started = clock.now
        do {
            let answers = try await work.run(batch.map(\.item))
            let computed = started.duration(to: clock.now)
            statistics.execute(rows: batch.reduce(0) { $0 + $1.rows }, compute: computed)
            for (one, answer) in zip(batch, answers) {
                statistics.succeed(rows: one.rows, queue: one.arrivedAt.duration(to: started), compute: computed)
                one.continuation.resume(returning: answer)
            }
        } catch {
            let isBusy = (error as? InferenceError)?.isRetriable ?? false
            guard batch.count > 1, !isBusy else {
                for one in batch {
                    statistics.fail(after: one.arrivedAt.duration(to: clock.now))
                    one.continuation.resume(throwing: error)
                }
                return
            }
            for one in batch { await run([one]) }
        }
    }
}
