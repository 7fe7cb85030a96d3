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
    private let buckets: StatisticsBuckets
    private let metrics: AnalyzerMetrics
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// - Parameter queue: `observations`.
    package init(
        queue: any WorkQueue, observations: any ObservationRepository, broadcast: any Broadcast,
        buckets: StatisticsBuckets, metrics: MetricsRegistry, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.queue = queue
        self.observations = observations
        self.broadcast = broadcast
        self.buckets = buckets
        self.metrics = AnalyzerMetrics(metrics)
        self.logger = logger.labelled("analyzer")
        self.now = now
    }

    package func run() async throws {
        while !Task.isCancelled {
            do {
                for delivery in try await queue.receive(atMost: 16, wait: .seconds(1)) { try await handle(delivery) }
            } catch is CancellationError {
                return
            } catch {
                logger.error("the queue does not answer", [.error: "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// A message that was not begun when the process stops goes back; one that was begun is finished.
    private func handle(_ delivery: Delivery) async throws {
        guard !Task.isCancelled else { return try await queue.release(delivery) }
        guard let observation = Self.observation(in: delivery) else {
            metrics.dead.increment()
            let reason = DeadLetter.Reason(code: "message_invalid", message: "not an observation of a known version")
            return try await queue.deadLetter(delivery, reason: reason)
        }
        do {
            try await record(observation)
            try await queue.acknowledge(delivery)
        } catch {
            metrics.retried.increment()
            logger.warning("cannot record", [.snapshot: "\(observation.snapshotID)", .error: "\(error)"])
            let reason = DeadLetter.Reason(code: "not_recorded", message: "the database did not take it: \(error)")
            try await queue.retry(delivery, after: .seconds(Double(delivery.attempt)), reason: reason)
        }
    }

    private func record(_ observation: Observation) async throws {
        let engine = RuleEngine()
        let result = try await observations.record(observation, in: buckets.starts(for: observation.takenAt)) {
            engine.decide($0, $1, observation)
        }
        guard result.isNew else { return }
        metrics.count(observation, delay: now().timeIntervalSince(observation.takenAt))
        await broadcast.publish(.observed(observation.cameraID, observation.snapshotID))
        for incident in result.incidents { await broadcast.publish(.incident(incident)) }
    }

    private static func observation(in delivery: Delivery) -> Observation? {
        guard let observation = try? JSON.decode(Observation.self, from: delivery.body),
            observation.version == Observation.schemaVersion
        else { return nil }
        return observation
    }
}
