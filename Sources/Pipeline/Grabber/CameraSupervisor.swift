import Capture
import Domain
import Foundation
import Logging
import Metrics
import Persistence
import ServiceLifecycle

/// Takes the pictures of one camera for as long as its lease is held. A session runs once; whatever ends it, the
/// supervisor waits and opens the next one, for ever.
struct CameraSupervisor {
    private let lease: CameraLease
    private let ports: GrabberPorts
    private let settings: GrabberSettings
    private let publisher: SnapshotPublisher
    private let taker: PictureTaker
    private let board: StatusBoard
    private let metrics: GrabberMetrics
    private let logger: Logger
    private let policy: SessionPolicy
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    private var schedule: SnapshotSchedule
    private var health: CameraHealth
    private var shot: SnapshotSchedule.Shot
    /// The first snapshot of the burst that is being taken.
    private var burst: (number: Int, first: SnapshotID)?
    private var failedAttempts = 0
    private var badPictures = 0

    /// Seconds before a shot at which its session is opened.
    private static let openingLead = 1.0
    /// Pictures in a row that may be damaged or missing before the session is opened anew.
    private static let maximumBadPictures = 3

    init(lease: CameraLease, stage: GrabberStage) {
        self.lease = lease
        ports = stage.ports
        settings = stage.settings
        board = stage.board
        taker = stage.taker
        let camera = lease.camera
        publisher = SnapshotPublisher(camera: camera.id, objects: ports.objects, snapshots: ports.snapshots)
        metrics = GrabberMetrics(registry: stage.metrics, camera: camera.id)
        logger = stage.logger.with(.camera, camera.id.description)
        policy = SessionPolicy(camera.sampling)
        health = CameraHealth(interval: camera.sampling.every, last: lease.status, now: Date())
        schedule = SnapshotSchedule(sampling: camera.sampling, phase: camera.id.phase, start: 0)
        shot = schedule.next(now: 0).shot
        start = clock.now
    }

    /// Returns when the task is cancelled.
    mutating func run() async {
        while !Task.isCancelled {
            do {
                try await announceLeftovers()
                break
            } catch {
                logger.warning("stored pictures cannot be announced yet", [.error: "\(error)"])
                health.skipped(
                    0, CameraFailure(.storage, "Pictures cannot be stored or queued at the moment."), at: Date())
                post()
                try? await Task.sleep(for: settings.retry.maximum / 6)
            }
        }
        while !Task.isCancelled {
            do {
                try await runSession()
            } catch let failure as CameraFailure {
                await sessionFailed(failure)
            } catch {
                await sessionFailed(CameraFailure(.other, "The picture could not be taken: \(error)"))
            }
        }
        metrics.remove()
    }

    private mutating func announceLeftovers() async throws {
        var announced: [SnapshotTaken] = []
        defer {
            for message in announced { health.announcedAgain(message.snapshotID) }
            if !announced.isEmpty {
                logger.notice("announced pictures that were stored before", [.count: String(announced.count)])
                post()
            }
        }
        try await publisher.announceLeftovers(after: health.status.lastSnapshot) { announced.append($0) }
    }

    // MARK: Sessions

    /// Opens a session and takes pictures until the task is cancelled, or until the burst is over if the session does not
    /// stay open.
    private mutating func runSession() async throws {
        // Also a session that stays open: when all cameras begin at once, their first shots are spread.
        try await sleep(until: shot.dueAt - Self.openingLead)
        try Task.checkCancellation()
        var limits = settings.limits
        limits.read = min(limits.read, policy.readLimit)
        let session = try await ports.frames.open(lease.camera.source, limits: limits)
        do {
            try await takePictures(from: session)
            await session.close()
        } catch {
            await session.close()
            throw error
        }
    }

    private var staysOpen: Bool {
        policy.staysOpen(keyFrameInterval: health.status.stream?.keyFrameInterval)
    }

    private mutating func takePictures(from session: any FrameSession) async throws {
        repeat {
            try await sleep(until: shot.dueAt)
            try await takePicture(from: session)
            planNextShot()
        } while staysOpen || shot.index > 0
    }

    private mutating func planNextShot() {
        let next = schedule.next(now: now)
        shot = next.shot
        guard next.skipped > 0 else { return }
        metrics.count(.skipped, by: next.skipped)
        health.skipped(
            next.skipped, CameraFailure(.late, "Pictures take longer than the interval: some are left out."), at: Date()
        )
        post()
    }

    private mutating func sessionFailed(_ failure: CameraFailure) async {
        guard !Task.isCancelled else { return }
        failedAttempts += 1
        metrics.count(GrabberMetrics.Result(failure))
        metrics.countReconnect(failure.code)
        if health.status.reason?.code != failure.code || health.status.state != .offline {
            logger.warning("camera is offline", [.reason: failure.code.rawValue, .error: failure.message])
        }
        health.failed(failure, at: Date())
        post()
        let policy = failure.code == .unauthorized ? settings.refusedRetry : settings.retry
        try? await Task.sleep(for: policy.delay(attempt: failedAttempts))
        schedule.resume(now: now)
        shot = schedule.next(now: now).shot
    }

    // MARK: Pictures

    private mutating func takePicture(from session: any FrameSession) async throws {
        do {
            let frame = try await nextFrame(of: session)
            health.connected(await session.stream)
            switch try await taker.take(frame, covering: lease.camera.zones.blackouts) {
            case .good(let picture):
                metrics.processorTime.increment(by: picture.processorSeconds + frame.processorSeconds)
                try await publish(picture)
            case .flawed(let flaw): reject(flaw.rawValue, CameraFailure(.rejected, flaw.message))
            }
        } catch let failure as CameraFailure where failure.code == .corrupt || failure.code == .noKeyFrame {
            reject(failure.code.rawValue, failure)
            badPictures += 1
            if badPictures >= Self.maximumBadPictures {
                badPictures = 0
                throw failure
            }
        }
    }

    /// Waits for the next picture, and says so when it is late.
    private mutating func nextFrame(of session: any FrameSession) async throws -> VideoFrame {
        let maximumAge = policy.maximumAge
        let patience = Duration.seconds(CameraHealth.patience * lease.camera.sampling.every + 1)
        return try await withThrowingTaskGroup(of: VideoFrame?.self) { tasks in
            tasks.addTask { try await session.frame(maximumAge: maximumAge) }
            tasks.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { tasks.cancelAll() }
            while let frame = try await tasks.next() {
                if let frame { return frame }
                health.waited(until: Date())
                post()
            }
            throw CancellationError()
        }
    }

    private mutating func publish(_ picture: EncodedPicture) async throws {
        failedAttempts = 0
        badPictures = 0
        do {
            let first = burst.flatMap { $0.number == shot.burst ? $0.first : nil }
            let message = try await publisher.publish(picture, shot: shot, burst: first)
            burst = message.burstID.map { (shot.burst, $0) }
            let wasOnline = health.status.state == .online
            health.taken(message.snapshotID, at: message.takenAt, now: Date())
            metrics.count(.ok)
            metrics.lastSnapshot.set(message.takenAt.timeIntervalSince1970)
            metrics.grabDuration.observe(max(0, now - shot.dueAt))
            if !wasOnline { logger.notice("camera is online") }
        } catch {
            metrics.count(GrabberMetrics.Result(error))
            health.skipped(1, error, at: Date())
        }
        post()
    }

    private mutating func reject(_ reason: String, _ failure: CameraFailure) {
        metrics.count(GrabberMetrics.Result(failure))
        health.rejected(reason, failure, at: Date())
        post()
    }

    // MARK: Time and news

    /// Seconds since this supervisor began, on a clock that never jumps.
    private var now: Double { start.duration(to: clock.now) / .seconds(1) }

    private func sleep(until time: Double) async throws {
        try await clock.sleep(until: start + .seconds(time))
    }

    private func post() {
        metrics.isUp.set(health.status.state == .online ? 1 : 0)
        board.post(CameraReport(cameraID: lease.camera.id, token: lease.token, status: health.status))
    }
}
