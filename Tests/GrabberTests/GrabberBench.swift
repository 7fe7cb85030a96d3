import Capture
import CaptureFFmpeg
import Domain
import Foundation
import Grabber
import Imaging
import Logging
import Messaging
import MessagingSQLite
import Metrics
import ObjectStorage
import Persistence
import ServiceLifecycle
import Synchronization
import TestSupport

/// A grabber with real cameras, a real store and a real queue; only the leases are made up.
struct GrabberBench {
    let simulated: SimulatedCameras
    let leases: HeldLeases
    let objects: FileObjectStore
    let queue: any WorkQueue
    private let scratch: ScratchDirectory
    private let queues: QueueDatabase
    let metrics = MetricsRegistry()
    /// Between the grabber and the store and the queue.
    let store: UnreliableStore
    let broker: UnreliableQueue

    init(cameras names: [String], queueBound: Int = 10_000) async throws {
        let video = try TestVideo.path()
        let simulated = try SimulatedCameras(
            names.map { ["name": $0, "source": video, "size": "320x180", "fps": 15, "gop": 15] })
        self.simulated = simulated
        leases = HeldLeases(
            try names.map { name in
                Camera(
                    name: name, source: CameraSource(address: try simulated.address(of: name)),
                    sampling: Sampling(every: 1))
            })
        scratch = try ScratchDirectory()
        objects = try await FileObjectStore.open(at: scratch.path("objects"))
        queues = try await QueueDatabase.open(path: scratch.path("queue.sqlite"))
        var limits = QueueLimits()
        limits.messages = queueBound
        queue = try await queues.queue("snapshots", limits: limits)
        store = UnreliableStore(objects)
        broker = UnreliableQueue(queue)
    }

    /// - Parameter spoolBytes: nil for no spool.
    func whileGrabbing(spoolBytes: Int? = nil, _ body: () async throws -> Void) async throws {
        var spool: Spool?
        if let spoolBytes { spool = try await self.spool(bytes: spoolBytes) }
        let pool = BlockingPool(label: "pictures", width: 2)
        let ports = GrabberPorts(
            leases: leases, frames: FFmpegFrameSource(pool: pool, logger: .silent), objects: store,
            snapshots: broker, changes: InProcessBroadcast(), spool: spool)
        var settings = GrabberSettings()
        settings.leaseLife = 3
        settings.deliveryRetry = RetryPolicy(initial: .milliseconds(100), maximum: .milliseconds(500))
        settings.deliveryLimit = .seconds(1)
        let service = GrabberService(
            ports: ports, settings: settings, pool: pool, metrics: metrics, logger: .silent)
        try await whileRunning(service) { try await body() }
    }

    func spool(bytes: Int) async throws -> Spool {
        try await Spool.open(below: scratch.path("spool"), limitBytes: bytes)
    }

    /// The files of the pictures that wait, the oldest first.
    func spooledFiles() throws -> [String] {
        let folder = scratch.path("spool/1/pictures")
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
    }

    func announced() async throws -> [SnapshotTaken] {
        let deliveries = try await queue.receive(atMost: 10_000, wait: .zero)
        return try deliveries.map { try JSON.decode(SnapshotTaken.self, from: $0.body) }
    }
}

/// Leases of one worker that holds all cameras.
final class HeldLeases: CameraLeases {
    private struct State {
        var cameras: [Camera]
        var statuses: [CameraID: CameraStatus] = [:]
        var isReleased = false
    }

    private let state: Mutex<State>

    init(_ cameras: [Camera]) { state = Mutex(State(cameras: cameras)) }

    func renew(worker: WorkerID, capacity: Int, life: Double) async throws -> [CameraLease] {
        state.withLock { state in
            state.cameras.map { CameraLease(camera: $0, token: 1, status: state.statuses[$0.id]) }
        }
    }

    func report(_ reports: [CameraReport]) async throws {
        state.withLock { state in
            for report in reports { state.statuses[report.cameraID] = report.status }
        }
    }

    func release(worker: WorkerID) async throws { state.withLock { $0.isReleased = true } }

    var isReleased: Bool { state.withLock { $0.isReleased } }

    var taken: Int { state.withLock { $0.statuses.values.reduce(0) { $0 + $1.taken } } }

    var skipped: Int { state.withLock { $0.statuses.values.reduce(0) { $0 + $1.skipped } } }

    func camera(_ name: String) -> Camera { state.withLock { $0.cameras.first { $0.name == name }! } }

    func status(of name: String) -> CameraStatus? {
        let id = camera(name).id
        return state.withLock { $0.statuses[id] }
    }

    func setLastSnapshot(_ snapshot: SnapshotID, of name: String) {
        let id = camera(name).id
        state.withLock {
            $0.statuses[id] = CameraStatus(
                state: .online, since: snapshot.time, lastSnapshotAt: snapshot.time, lastSnapshot: snapshot, taken: 1)
        }
    }
}
