import Domain
package import Foundation
package import Logging
package import Messaging
package import Metrics
package import Persistence
import ServiceLifecycle

/// Takes observations from the queue and writes what follows from them: statistics, incidents, messages to send.
package struct AnalyzerService: Service {
    package let name = "analyzer"

    private let queue: any WorkQueue
    private let observations: any ObservationRepository
    private let broadcast: any Broadcast
    private let analysis: ObservationAnalysis
    private let metrics: AnalyzerMetrics
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// - Parameter queue: `observations`.
    package init(
        queue: any WorkQueue, observations: any ObservationRepository, broadcast: any Broadcast,
        analysis: ObservationAnalysis, metrics: MetricsRegistry, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.queue = queue
        self.observations = observations
        self.broadcast = broadcast
        self.analysis = analysis
        self.metrics = AnalyzerMetrics(metrics)
        self.logger = logger.labelled("analyzer")
        self.now = now
    }

    package func run() async throws {
        var failures = 0
        while !Task.isCancelled {
            failures = await workOnce() ? 0 : failures + 1
            if failures > 0 { try? await Task.sleep(for: Self.pauses.delay(attempt: failures)) }
        }
    }

    /// False if the queue or the database does not answer; what was received is back in the queue then.
    private func workOnce() async -> Bool {
        do { return await handle(try await queue.receive(atMost: Self.batch, wait: .seconds(1))) } catch {
            logger.error("the queue does not answer", [.error: "\(error)"])
            return false
        }
    }

    /// Cameras side by side, so that their transactions can share a commit; the pictures of a camera one by one.
    private func handle(_ deliveries: [Delivery]) async -> Bool {
        var jobs: [CameraID: [Job]] = [:]
        var isAnswering = true
        for delivery in deliveries {
            if let job = Job(delivery) {
                jobs[job.observation.cameraID, default: []].append(job)
            } else {
                isAnswering = await settle { try await bury(delivery) } && isAnswering
            }
        }
        return await withTaskGroup { group in
            for series in jobs.values { group.addTask { await handle(series) } }
            return await group.reduce(isAnswering) { $0 && $1 }
        }
    }

    /// What was not begun when the process stops, or when the database does not answer, goes back uncounted.
    private func handle(_ series: [Job]) async -> Bool {
        var isAnswering = true
        for job in series {
            let outcome = isAnswering && !Task.isCancelled ? await handle(job) : .notBegun
            switch outcome {
            case .done: isAnswering = await settle { try await queue.acknowledge(job.delivery) } && isAnswering
            case .notBegun: isAnswering = await settle { try await queue.release(job.delivery) } && isAnswering
            case .away:
                _ = await settle { try await queue.release(job.delivery) }
                isAnswering = false
            case .failed(let reason):
                let delay = Duration.seconds(job.delivery.attempt)
                isAnswering = await settle { try await queue.retry(job.delivery, after: delay, reason: reason) }
            }
        }
        return isAnswering
    }

    private func handle(_ job: Job) async -> Outcome {
        do {
            try await record(job.observation)
            return .done
        } catch {
            metrics.retried.increment()
            logger.warning("cannot record", [.snapshot: "\(job.observation.snapshotID)", .error: "\(error)"])
            if error is PersistenceError { return .away }
            return .failed(DeadLetter.Reason(code: "not_recorded", message: "it could not be recorded: \(error)"))
        }
    }

    private func bury(_ delivery: Delivery) async throws {
        metrics.dead.increment()
        let reason = DeadLetter.Reason(code: "message_invalid", message: "not an observation of a known version")
        try await queue.deadLetter(delivery, reason: reason)
    }

    /// False if the queue does not answer; it takes the message back by itself.
    private func settle(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch {
            logger.error("the queue does not answer", [.error: "\(error)"])
            return false
        }
    }

    private func record(_ observation: Observation) async throws {
        let analysis = analysis
        let result = try await observations.record(observation) { analysis.plan(observation, $0) }
        guard result.isNew else { return }
        metrics.count(observation, delay: now().timeIntervalSince(observation.takenAt))
        await broadcast.publish(.observed(observation.cameraID, observation.snapshotID))
        for incident in result.incidents { await broadcast.publish(.incident(incident)) }
    }
}

extension AnalyzerService {
    private static let batch = 16
    private static let pauses = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(30))

    private enum Outcome {
        case done, notBegun
        /// The database does not answer: nobody's fault, tried again for as long as it takes.
        case away
        case failed(DeadLetter.Reason)
    }

    /// A message that is an observation of a version that is known.
    private struct Job: Sendable {
        let delivery: Delivery
        let observation: Observation

        init?(_ delivery: Delivery) {
            guard let observation = try? JSON.decode(Observation.self, from: delivery.body),
                observation.version == Observation.schemaVersion
            else { return nil }
            self.delivery = delivery
            self.observation = observation
        }
    }
}
