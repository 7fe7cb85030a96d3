package import Inference

/// Lets requests that arrive together run together. A batch that fails is repeated one request at a time, so that one bad
/// request fails alone.
package actor DynamicBatcher {
    private struct Waiting {
        let inputs: [Tensor]
        let rows: Int
        let arrivedAt: ContinuousClock.Instant
        let continuation: CheckedContinuation<InferResponse, any Error>
    }

    private let model: String
    private let backend: any InferenceBackend
    private let concurrency: Int
    private let statistics: ModelStatistics
    private var queue: BatchQueue<BatchTensors.Shape>
    private var waiting: [Int: Waiting] = [:]
    private var nextID = 0
    private var running = 0
    private var wakeUp: Task<Void, Never>?
    private let clock = ContinuousClock()
    private let start = ContinuousClock().now

    /// - Parameter concurrency: batches that run at the same time.
    package init(
        model: String, backend: any InferenceBackend, limits: BatchLimits, concurrency: Int, statistics: ModelStatistics
    ) {
        self.model = model
        self.backend = backend
        self.concurrency = concurrency
        self.statistics = statistics
        queue = BatchQueue(limits: limits)
    }

    /// - Parameter timeout: how long the caller waits for its turn.
    /// - Throws: `InferenceError`, `.overloaded` when the queue is full or the time is up.
    package func infer(_ inputs: [Tensor], timeout: Duration? = nil) async throws -> InferResponse {
        let rows = try BatchTensors.rows(of: inputs)
        return try await withCheckedThrowingContinuation { continuation in
            nextID += 1
            let entry = BatchQueue<BatchTensors.Shape>.Entry(
                id: nextID, rows: rows, shape: BatchTensors.Shape(inputs), arrivedAt: now,
                deadline: timeout.map { now + $0 / .seconds(1) })
            guard queue.add(entry) else {
                statistics.reject()
                let error = InferenceError(.overloaded, "model '\(model)': Exceeds maximum queue size")
                return continuation.resume(throwing: error)
            }
            waiting[nextID] = Waiting(inputs: inputs, rows: rows, arrivedAt: clock.now, continuation: continuation)
            dispatch()
        }
    }

    private var now: Double { start.duration(to: clock.now) / .seconds(1) }

    private func dispatch() {
        for id in queue.removeExpired(at: now) {
            statistics.reject()
            let error = InferenceError(.overloaded, "model '\(model)': Request timeout expired")
            waiting.removeValue(forKey: id)?.continuation.resume(throwing: error)
        }
        while running < concurrency {
            switch queue.next(at: now) {
            case .idle: return
            case .wait(let time): return wake(at: time)
            case .run(let ids): begin(ids.compactMap { waiting.removeValue(forKey: $0) })
            }
        }
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
            let request = InferRequest(model: model, inputs: BatchTensors.joined(batch.map(\.inputs)))
            let response = try await backend.infer(request)
            let parts = try BatchTensors.split(response.outputs, rows: batch.map(\.rows))
            let computed = started.duration(to: clock.now)
            for (one, outputs) in zip(batch, parts) {
                statistics.succeed(rows: one.rows, queue: one.arrivedAt.duration(to: started), compute: computed)
                let answer = InferResponse(model: response.model, version: response.version, outputs: outputs)
                one.continuation.resume(returning: answer)
            }
            statistics.execute(rows: batch.reduce(0) { $0 + $1.rows }, compute: computed)
        } catch {
            guard batch.count > 1 else {
                statistics.fail()
                batch.first?.continuation.resume(throwing: error)
                return
            }
            for one in batch { await run([one]) }
        }
    }
}
