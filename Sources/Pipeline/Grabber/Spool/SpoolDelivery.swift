import Domain
import Logging
import Messaging
import Metrics
import ObjectStorage
import ServiceLifecycle

/// Stores and queues what waits in the spool, oldest first, as soon as that is possible again.
struct SpoolDelivery: Sendable {
    let spool: Spool
    let publisher: SnapshotPublisher
    let board: StatusBoard
    let metrics: MetricsRegistry
    let logger: Logger
    let retry: RetryPolicy
    /// For storing and queueing one batch.
    let limit: Duration

    /// Pictures that are stored at the same time; they are queued one after the other.
    private static let batch = 4

    /// Returns when the task is cancelled; what is left waits for the next start.
    func run() async {
        for reason in Reason.allCases { countDropped(0, reason) }
        countDropped(spool.damagedAtStart, .damaged)
        await show()
        for await _ in spool.news {
            await deliverAll()
        }
    }

    private func deliverAll() async {
        var failures = 0
        var delivered = 0
        while !Task.isCancelled {
            await show()
            let pictures = await spool.claim(Self.batch)
            if pictures.isEmpty { break }
            do {
                try await withDeadline(limit) { try await deliver(pictures) }
                delivered += pictures.count
                failures = 0
            } catch {
                await spool.unclaim()
                failures += 1
                if failures == 1 { logger.warning("pictures wait on this machine's disk", [.error: "\(error)"]) }
                try? await Task.sleep(for: retry.delay(attempt: failures))
            }
        }
        if delivered > 0 { logger.notice("delivered pictures that had waited", [.count: String(delivered)]) }
    }

    private func deliver(_ pictures: [SpooledPicture]) async throws {
        let stored = try await withThrowingTaskGroup(of: SpooledPicture?.self) { tasks in
            for picture in pictures { tasks.addTask { try await store(picture) ? picture : nil } }
            return try await tasks.reduce(into: Set()) { stored, picture in
                if let picture { stored.insert(picture) }
            }
        }
        for picture in pictures where stored.contains(picture) {
            try await publisher.announce(picture.message)
            await spool.remove(picture)
            board.credit(.delivered(picture.message.snapshotID), to: picture.message.cameraID)
        }
        publisher.path.isOpen = true
    }

    /// - Returns: whether the picture is stored; otherwise it was damaged and is given up.
    private func store(_ picture: SpooledPicture) async throws -> Bool {
        guard let jpeg = await spool.jpeg(of: picture) else {
            logger.warning(
                "a picture that waited is damaged and left out", [.snapshot: "\(picture.message.snapshotID)"])
            await spool.remove(picture)
            board.credit(.dropped, to: picture.message.cameraID)
            countDropped(1, .damaged)
            return false
        }
        try await publisher.store(jpeg, picture.message)
        return true
    }

    /// To be called after a picture was added.
    func added(dropping dropped: [SnapshotTaken]) async {
        for message in dropped { board.credit(.dropped, to: message.cameraID) }
        countDropped(dropped.count, .full)
        await show()
    }

    /// Why a picture that waited was given up.
    private enum Reason: String, CaseIterable {
        /// For newer ones, because the spool was full.
        case full
        case damaged
    }

    private func countDropped(_ count: Int, _ reason: Reason) {
        metrics.counter(
            "maskwatch_spool_dropped_total", help: "Pictures that waited on disk and were given up.",
            labels: ["reason": reason.rawValue]
        ).increment(by: count)
    }

    private func show() async {
        let usage = await spool.usage
        metrics.gauge("maskwatch_spool_pictures", help: "Pictures that wait on disk.").set(Double(usage.pictures))
        metrics.gauge("maskwatch_spool_bytes", help: "Bytes of pictures that wait on disk.").set(Double(usage.bytes))
    }
}
