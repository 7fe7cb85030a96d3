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
import Testing

@Suite("Grabber", .enabled(if: SimulatedCameras.areInstalled, SimulatedCameras.hint), .serialized)
struct GrabberServiceTests {
    @Test("stores pictures of every camera, announces them, and gives its leases back")
    func pictures() async throws {
        let bench = try await Bench(cameras: ["one", "two"])
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.taken ?? 0 >= 2 })
            #expect(await eventually { bench.leases.status(of: "two")?.taken ?? 0 >= 2 })
        }
        #expect(bench.leases.isReleased)
        let announced = try await bench.announced()
        let stored = try await bench.objects.list(prefix: "snapshots", after: nil, limit: 1000)
        #expect(Set(announced.map(\.objectKey)) == Set(stored.map(\.key)))
        #expect(announced.count == bench.leases.taken)
        let first = try #require(announced.first)
        let picture = try PictureDecoder().decode(try await bench.objects.get(first.objectKey, limit: 1 << 20))
        #expect(picture.width == first.width && picture.height == first.height)
    }

    @Test("tells why a camera is offline, takes it back when it returns, and never delays another")
    func outage() async throws {
        let bench = try await Bench(cameras: ["one", "two"])
        try bench.simulated.set(#"{"refuse": true}"#, on: "one")
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.reason?.code == .connectionRefused })
            #expect(bench.leases.status(of: "one")?.state == .offline)
            #expect(await eventually { bench.leases.status(of: "two")?.taken ?? 0 >= 2 })
            try bench.simulated.set(#"{"refuse": false}"#, on: "one")
            #expect(await eventually { bench.leases.status(of: "one")?.state == .online })
        }
    }

    @Test("announces what an earlier process stored and could not announce")
    func leftovers() async throws {
        let bench = try await Bench(cameras: ["one"])
        let camera = bench.leases.camera("one")
        let jpeg = try JPEGEncoder().encode(SyntheticPicture.scene())
        let earlier = [-30.0, -20, -10].map { SnapshotID(at: Date() + $0) }
        for snapshot in earlier { try await bench.objects.put(jpeg, at: .snapshot(snapshot, camera: camera.id)) }
        bench.leases.setLastSnapshot(earlier[0], of: "one")
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.taken ?? 0 >= 3 })
        }
        let announced = try await bench.announced()
        #expect(Array(announced.map(\.snapshotID).sorted().prefix(2)) == Array(earlier.dropFirst()))
        #expect(announced.allSatisfy { $0.width > 0 && $0.height > 0 })
    }

    @Test("skips pictures while the queue is full, keeps none of them, and counts them")
    func fullQueue() async throws {
        let bench = try await Bench(cameras: ["one"], queueBound: 2)
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.skipped ?? 0 >= 2 })
            #expect(bench.leases.status(of: "one")?.state == .degraded)
            #expect(bench.leases.status(of: "one")?.reason?.code == .queueFull)
        }
        #expect(try await bench.objects.list(prefix: "snapshots", after: nil, limit: 1000).count == 2)
        #expect(try await bench.announced().count == 2)
    }
}

/// A grabber with real cameras, a real store and a real queue; only the leases are made up.
private struct Bench {
    let simulated: SimulatedCameras
    let leases: HeldLeases
    let objects: FileObjectStore
    let queue: any WorkQueue
    private let scratch: ScratchDirectory
    private let queues: QueueDatabase

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
    }

    func whileGrabbing(_ body: () async throws -> Void) async throws {
        let pool = BlockingPool(label: "pictures", width: 2)
        let ports = GrabberPorts(
            leases: leases, frames: FFmpegFrameSource(pool: pool, logger: .silent), objects: objects, snapshots: queue,
            changes: InProcessBroadcast())
        var settings = GrabberSettings()
        settings.leaseLife = 3
        let service = GrabberService(
            ports: ports, settings: settings, pool: pool, metrics: MetricsRegistry(), logger: .silent)
        try await whileRunning(service) { try await body() }
    }

    func announced() async throws -> [SnapshotTaken] {
        let deliveries = try await queue.receive(atMost: 10_000, wait: .zero)
        return try deliveries.map { try JSON.decode(SnapshotTaken.self, from: $0.body) }
    }
}

/// Leases of one worker that holds all cameras.
private final class HeldLeases: CameraLeases {
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
