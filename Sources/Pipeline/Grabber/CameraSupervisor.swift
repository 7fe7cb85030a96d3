import Capture
import Domain
import Foundation
import Logging
import Metrics
import Persistence
import ServiceLifecycle
import Synchronization

/// Takes the pictures of one camera for as long as its lease is held. A session runs once; whatever ends it, the
/// supervisor waits and opens the next one, for ever.
struct CameraSupervisor {
    private let lease: CameraLease
    private let stage: GrabberStage
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
    private let began = Date()

    private var schedule: SnapshotSchedule
    private var health: CameraHealth
    private var shot: SnapshotSchedule.Shot
    /// The first snapshot of the burst that is being taken.
    private var burst: (number: Int, first: SnapshotID)?
    private var failedAttempts = 0
    /// Pictures from before this supervisor that are announced, as long as others may be left.
    private var announcedEarly: Set<SnapshotID> = []
    private var badPictures = 0

    /// Seconds before a shot at which its session is opened.
    private static let openingLead = 1.0
    /// Pictures in a row that may be damaged or missing before the session is opened anew.
    private static let maximumBadPictures = 3
    private static let notKept = CameraFailure(
        .storage, "The picture can be neither stored now nor kept on the grabber's disk.")

    init(lease: CameraLease, stage: GrabberStage) {
        self.lease = lease
        self.stage = stage
        ports = stage.ports
        settings = stage.settings
        board = stage.board
        taker = stage.taker
        let camera = lease.camera
        publisher = stage.publisher
        metrics = GrabberMetrics(registry: stage.metrics, camera: camera.id)
        logger = stage.logger.with(.camera, camera.id.description)
        policy = SessionPolicy(camera.sampling)
        health = CameraHealth(interval: camera.sampling.every, last: lease.status, now: Date(), hasLeftovers: true)
        schedule = SnapshotSchedule(sampling: camera.sampling, phase: camera.id.phase, start: 0)
        shot = schedule.next(now: 0).shot
        start = clock.now
    }

    /// Returns when the task is cancelled.
    mutating func run() async {
        await announceLeftovers()
        // Where a spool takes the pictures meanwhile, the camera does not wait for more than one try.
        while health.hasLeftovers, ports.spool == nil, !Task.isCancelled {
            try? await Task.sleep(for: settings.retry.maximum / 6)
            await announceLeftovers()
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
        post()
        metrics.remove()
    }

    /// Announces what an earlier process stored and did not announce, if that can be done now.
    private mutating func announceLeftovers() async {
        takeCredit()
        // What waits in the spool is announced by it.
        guard health.hasLeftovers, await ports.spool?.holds(lease.camera.id) != true else { return }
        let (publisher, camera, last, end) = (publisher, lease.camera.id, lease.status?.lastSnapshot, began)
        let known = announcedEarly
        let announced = Mutex<[SnapshotID]>([])
        do {
            try await withDeadline(ports.spool == nil ? .seconds(600) : .seconds(5)) {
                try await publisher.announceLeftovers(of: camera, after: last, before: end, but: known) { message in
                    announced.withLock { $0.append(message.snapshotID) }
                }
            }
            health.announcedLeftovers()
        } catch {
            logger.warning("stored pictures cannot be announced yet", [.error: "\(error)"])
            health.skipped(
                0, CameraFailure(.storage, "Pictures cannot be stored or queued at the moment."), at: Date())
        }
        let snapshots = announced.withLock { $0 }
        announcedEarly = health.hasLeftovers ? announcedEarly.union(snapshots) : []
        guard let newest = snapshots.max() else { return }
        health.announcedLate(snapshots.count, last: newest)
        logger.notice("announced pictures that were stored before", [.count: String(snapshots.count)])
        post()
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
        await announceLeftovers()
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
            let outcome = try await publisher.publish(
                picture, of: lease.camera.id, shot: shot, burst: first,
                patience: .seconds(min(5, lease.camera.sampling.every / 2)))
            burst = outcome.message.burstID.map { (shot.burst, $0) }
            switch outcome {
            case .announced(let message): await announced(message)
            case .spooled(let message, let dropped):
                await stage.spoolDelivery?.added(dropping: dropped)
                if dropped.contains(message) {
                    // The credit counts it.
                    health.skipped(0, Self.notKept, at: Date())
                } else {
                    health.spooled(at: Date())
                }
            }
        } catch {
            metrics.count(GrabberMetrics.Result(error))
            health.skipped(1, error, at: Date())
        }
        post()
    }

    private mutating func announced(_ message: SnapshotTaken) async {
        let wasOnline = health.status.state == .online
        health.taken(message.snapshotID, at: message.takenAt, now: Date())
        metrics.count(.ok)
        metrics.lastSnapshot.set(message.takenAt.timeIntervalSince1970)
        metrics.grabDuration.observe(max(0, now - shot.dueAt))
        if !wasOnline { logger.notice("camera is online") }
        await announceLeftovers()
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

    /// Counts what became of pictures that had waited in the spool.
    private mutating func takeCredit() {
        guard let credit = board.takeCredit(of: lease.camera.id) else { return }
        metrics.count(.ok, by: credit.delivered.count)
        metrics.count(.storage, by: credit.dropped)
        health.add(credit)
        if health.hasLeftovers { announcedEarly.formUnion(credit.delivered.filter { $0.time < began }) }
    }

    private mutating func post() {
        takeCredit()
        metrics.isUp.set(health.status.state == .online ? 1 : 0)
        board.post(health, of: lease.camera.id, token: lease.token)
    }
}
