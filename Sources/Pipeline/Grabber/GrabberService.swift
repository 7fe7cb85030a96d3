package import Domain
import Foundation
import Imaging
package import Logging
import Messaging
package import Metrics
import Persistence
package import ServiceLifecycle

/// Holds leases on cameras and takes their pictures: one supervisor a camera, none of which can delay another.
package struct GrabberService: Service {
    package let name = "grabber"
    private let worker: WorkerID
    private let stage: GrabberStage

    /// Seconds after which news of cameras is written at the latest.
    private static let reportInterval = 1.0

    /// - Parameter pool: where pictures are checked and encoded; the frame source may decode on the same one.
    package init(
        worker: WorkerID = WorkerID(), ports: GrabberPorts, settings: GrabberSettings = GrabberSettings(),
        pool: BlockingPool, metrics: MetricsRegistry, logger: Logger
    ) {
        self.worker = worker
        stage = GrabberStage(
            ports: ports, settings: settings,
            taker: PictureTaker(pool: pool, encoder: JPEGEncoder(quality: settings.jpegQuality)),
            publisher: SnapshotPublisher(objects: ports.objects, snapshots: ports.snapshots, spool: ports.spool),
            board: StatusBoard(), metrics: metrics, logger: logger)
    }

    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await reportNews() }
            if let delivery = stage.spoolDelivery { group.addTask { await delivery.run() } }
            await followLeases(in: &group)
            group.cancelAll()
        }
        stage.board.settleCredits()
        await writeNews()
        do {
            try await stage.ports.leases.release(worker: worker)
        } catch {
            stage.logger.warning("the leases could not be given back; they will expire", [.error: "\(error)"])
        }
    }

    /// Renews the leases until the task is cancelled, and starts and stops supervisors as they come and go.
    private func followLeases(in group: inout DiscardingTaskGroup) async {
        var cameras = SupervisedCameras(stage: stage)
        var validUntil = ContinuousClock.now
        let life = stage.settings.leaseLife
        while !Task.isCancelled {
            let askedAt = ContinuousClock.now
            do {
                let leases = try await stage.ports.leases.renew(
                    worker: worker, capacity: stage.settings.capacity, life: life)
                validUntil = askedAt + .seconds(life)
                cameras.follow(leases, in: &group)
            } catch {
                stage.logger.warning("the leases could not be renewed", [.error: "\(error)"])
                // Another worker may hold the cameras from then on.
                if ContinuousClock.now > validUntil - .seconds(life / 3) { cameras.follow([], in: &group) }
            }
            try? await Task.sleep(for: .seconds(life / 3))
        }
        cameras.follow([], in: &group)
    }

    private func reportNews() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(Self.reportInterval))
            await writeNews()
        }
    }

    private func writeNews() async {
        let reports = stage.board.take()
        guard !reports.isEmpty else { return }
        do {
            try await stage.ports.leases.report(reports)
            for report in reports { await stage.ports.changes.publish(.camera(report.cameraID)) }
        } catch {
            stage.board.putBack(reports)
            stage.logger.warning("the state of cameras could not be written", [.error: "\(error)"])
        }
    }
}

/// What all supervisors of one grabber share.
struct GrabberStage: Sendable {
    let ports: GrabberPorts
    let settings: GrabberSettings
    let taker: PictureTaker
    let publisher: SnapshotPublisher
    let board: StatusBoard
    let metrics: MetricsRegistry
    let logger: Logger

    /// Nil without a spool.
    var spoolDelivery: SpoolDelivery? {
        ports.spool.map { spool in
            SpoolDelivery(
                spool: spool, publisher: publisher, board: board, metrics: metrics, logger: logger,
                retry: settings.deliveryRetry, limit: settings.deliveryLimit)
        }
    }
}
