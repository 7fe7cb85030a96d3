import Domain
package import Foundation
import Imaging
import Inference
package import Logging
package import Messaging
package import Metrics
package import ObjectStorage
package import ServiceLifecycle
package import Vision

/// Takes snapshots from the queue, looks at the pictures, and publishes what was seen. A job is acknowledged only after
/// its observation is safe in the next queue.
package struct ProcessorService: Service {
    package struct Settings: Sendable {
        /// Jobs taken together; their faces are classified together.
        package var batch = 4
        /// Such rounds of jobs in hand side by side: pictures of one are fetched and decoded while those of another are
        /// looked at.
        package var concurrency = 2
        /// Bytes of a stored picture.
        package var pictureLimit = PictureLimits().bytes
        /// Pictures taken longer ago are not looked at any more.
        package var maximumAge = Duration.seconds(600)
        /// How long to wait while the model, the store or the next queue is away.
        package var pauses = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(30))

        package init() {}
    }

    package let name = "processor"

    private let snapshots: any WorkQueue
    private let observations: any WorkQueue
    private let store: any ObjectStore
    private let analyzer: any PictureAnalyzer
    private let settings: Settings
    private let metrics: ProcessorMetrics
    private let logger: Logger
    private let witness = ModelWitness()
    private let now: @Sendable () -> Date

    package init(
        snapshots: any WorkQueue, observations: any WorkQueue, store: any ObjectStore, analyzer: any PictureAnalyzer,
        settings: Settings = Settings(), metrics: MetricsRegistry, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.snapshots = snapshots
        self.observations = observations
        self.store = store
        self.analyzer = analyzer
        self.settings = settings
        self.metrics = ProcessorMetrics(metrics)
        self.logger = logger.labelled("processor")
        self.now = now
    }

    /// Jobs that were begun when the task is cancelled are finished; the others go back to the queue.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, settings.concurrency) { group.addTask { try await workUntilCancelled() } }
            try await group.waitForAll()
        }
    }

    private func workUntilCancelled() async throws {
        var failures = 0
        while !Task.isCancelled {
            do {
                let paused = try await workOnce(turn: failures)
                failures = paused == nil ? 0 : failures + 1
                guard let paused else { continue }
                metrics.pauses.increment()
                logger.warning("pausing", [.reason: paused, .attempts: "\(failures)"])
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                logger.error("the queue does not answer", [.error: "\(error)"])
            }
            try? await Task.sleep(for: settings.pauses.delay(attempt: failures))
        }
    }

    /// Receives and finishes one round of jobs.
    /// - Parameter turn: how often the stage had to pause just before.
    /// - Returns: why the stage should pause, nil if it need not.
    private func workOnce(turn: Int) async throws -> String? {
        let deliveries = try await snapshots.receive(atMost: settings.batch, wait: .seconds(1))
        let round = Task.isCancelled ? [] : Self.round(of: deliveries, knowsModels: witness.hasPicture, turn: turn)
        for delivery in deliveries where !round.contains(delivery) { try await snapshots.release(delivery) }
        return try await work(on: round)
    }

    /// New jobs together. One that failed before, or was in hand when a process died, may be what brings the others down: it
    /// is worked on alone, and only its own attempts are used up. While it is not known that the models can look at anything,
    /// nothing is held against a job that fails, and it comes back as the first: then new ones go before, and of those that
    /// failed another one each turn.
    package static func round(of deliveries: [Delivery], knowsModels: Bool, turn: Int) -> [Delivery] {
        guard let first = deliveries.first else { return [] }
        let fresh = deliveries.filter { $0.attempt <= 1 }
        guard knowsModels else { return fresh.isEmpty ? [deliveries[turn % deliveries.count]] : fresh }
        return first.attempt > 1 ? [first] : fresh
    }

    private func work(on deliveries: [Delivery]) async throws -> String? {
        var paused: String?
        var pictures: [FetchedPicture] = []
        for delivery in deliveries {
            switch SnapshotJob(delivery, now: now(), limit: settings.maximumAge) {
            case .dead(let reason): try await bury(delivery, reason)
            case .analyze(let snapshot):
                do {
                    let data = try await store.get(snapshot.objectKey, limit: settings.pictureLimit)
                    pictures.append(FetchedPicture(delivery: delivery, snapshot: snapshot, data: data))
                } catch { paused = try await settle(delivery, error) ?? paused }
            }
        }
        guard !pictures.isEmpty else { return paused }
        return try await analyze(pictures) ?? paused
    }

    private func analyze(_ pictures: [FetchedPicture]) async throws -> String? {
        metrics.batchSize.observe(Double(pictures.count))
        do { return try await look(at: pictures) } catch let error as InferenceError {
            return try await blame(pictures, error)
        }
    }

    /// - Throws: `InferenceError`; then nothing became of any of the jobs.
    private func look(at pictures: [FetchedPicture]) async throws -> String? {
        var paused: String?
        for (picture, result) in zip(pictures, try await analyzer.analyze(pictures.map(\.data))) {
            do { try await finish(picture, result.get()) } catch {
                paused = try await settle(picture.delivery, error) ?? paused
            }
        }
        return paused
    }

    /// Nothing is held against a picture while the models fail on one that they could look at before, or never could look
    /// at any. Otherwise each is looked at alone, and the one that fails uses an attempt.
    private func blame(_ pictures: [FetchedPicture], _ error: InferenceError) async throws -> String? {
        guard !error.isRetriable else { return try await giveBack(pictures, error) }
        var failed = [(picture: pictures[0], error: error)]
        var paused: String?
        if pictures.count > 1 {
            guard await witness.isSeen(by: analyzer) != false else { return try await giveBack(pictures, error) }
            failed = []
            for picture in pictures {
                do { paused = try await look(at: [picture]) ?? paused } catch let error as InferenceError {
                    failed.append((picture, error))
                }
            }
            if failed.isEmpty { return paused }
        }
        guard await witness.isSeen(by: analyzer) == true else {
            return try await giveBack(failed.map(\.picture), error)
        }
        for one in failed { paused = try await settle(one.picture.delivery, one.error) ?? paused }
        return paused
    }

    private func giveBack(_ pictures: [FetchedPicture], _ error: InferenceError) async throws -> String {
        for picture in pictures { try await snapshots.release(picture.delivery) }
        return "the model: \(error.message)"
    }

    private func finish(_ picture: FetchedPicture, _ analysis: PictureAnalysis) async throws {
        let snapshot = picture.snapshot
        let observation = Observation(
            snapshotID: snapshot.snapshotID, cameraID: snapshot.cameraID, takenAt: snapshot.takenAt,
            objectKey: snapshot.objectKey, width: analysis.width, height: analysis.height, faces: analysis.faces,
            models: analysis.models, burst: snapshot.place)
        let message = QueueMessage(id: snapshot.snapshotID.description, body: try JSON.encode(observation))
        try await observations.publish(message)
        try await snapshots.acknowledge(picture.delivery)
        witness.remember(picture.data, analysis)
        metrics.done.increment()
        metrics.observe(analysis.timings)
        logger.debug(
            "analysed", [.snapshot: "\(snapshot.snapshotID)", .camera: "\(snapshot.cameraID)"])
    }

    /// - Returns: why the stage should pause, nil if it need not.
    private func settle(_ delivery: Delivery, _ error: any Error) async throws -> String? {
        switch JobFailure(error, attempt: delivery.attempt) {
        case .dead(let reason): try await bury(delivery, reason)
        case .retry(let reason, let delay):
            metrics.retried.increment()
            logger.warning("job failed, trying again", [.snapshot: delivery.id, .reason: reason.message])
            try await snapshots.retry(delivery, after: delay, reason: reason)
        case .pause(let reason):
            try await snapshots.release(delivery)
            return reason
        }
        return nil
    }

    private func bury(_ delivery: Delivery, _ reason: DeadLetter.Reason) async throws {
        (reason.code == "expired" ? metrics.expired : metrics.dead).increment()
        logger.warning("job given up", [.snapshot: delivery.id, .reason: "\(reason.code): \(reason.message)"])
        try await snapshots.deadLetter(delivery, reason: reason)
    }
}

/// A job with the picture it is about.
private struct FetchedPicture: Sendable {
    let delivery: Delivery
    let snapshot: SnapshotTaken
    let data: Data
}
