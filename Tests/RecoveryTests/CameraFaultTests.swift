import Capture
import CaptureFFmpeg
import Domain
import Foundation
import Grabber
import Logging
import Messaging
import MessagingSQLite
import Metrics
import ObjectStorage
import Persistence
import PersistenceSQLite
import ServiceLifecycle
import TestSupport
import Testing

/// FAULTS.md, section 4.1, with cameras that are real RTSP servers and grabbers that share them by leases.
@Suite("Cameras that fail", .enabled(if: SimulatedCameras.areInstalled, SimulatedCameras.hint), .serialized)
struct CameraFaultTests {
    @Test("C4: a camera that stops in the middle of its stream is offline for that reason, and comes back")
    func stall() async throws {
        let site = try await CameraSite(cameras: ["one", "two"])
        try await site.whileGrabbing(grabbers: 1) {
            #expect(try await site.eventually("one") { $0.taken >= 2 })
            try site.simulated.set(#"{"stall": true}"#, on: "one")
            #expect(try await site.eventually("one") { $0.state == .offline && $0.reason?.code == .timeout })
            let others = try await site.status(of: "two")?.taken ?? 0
            #expect(try await site.eventually("two") { $0.taken > others && $0.state == .online })
            try site.simulated.set(#"{"stall": false}"#, on: "one")
            #expect(try await site.eventually("one") { $0.state == .online })
        }
        try await site.checkPictures()
    }

    @Test("C5: a connection that is reset is opened anew, and the reason is counted")
    func reset() async throws {
        let site = try await CameraSite(cameras: ["one"])
        try await site.whileGrabbing(grabbers: 1) {
            #expect(try await site.eventually("one") { $0.taken >= 1 })
            try site.simulated.reset("one")
            let before = try await site.status(of: "one")?.taken ?? 0
            #expect(try await site.eventually("one") { $0.taken >= before + 2 && $0.state == .online })
            #expect(
                await eventually { site.metrics.prometheusText().contains("maskwatch_camera_reconnects_total{camera=") }
            )
        }
        try await site.checkPictures()
    }

    @Test("C12: a camera that allows one session has never more, and passes from a grabber that ends to the other")
    func oneSession() async throws {
        let site = try await CameraSite(cameras: ["one"], settings: ["faults": ["max_sessions": 1]])
        let (first, second) = (site.grabber(), site.grabber())
        try await whileRunning(second) {
            try await whileRunning(first) {
                #expect(try await site.eventually("one") { $0.taken >= 2 })
                try site.checkOneSession(of: "one")
            }
            let before = try await site.status(of: "one")?.taken ?? 0
            #expect(try await site.eventually("one") { $0.taken >= before + 2 && $0.state == .online })
            try site.checkOneSession(of: "one")
        }
        let isClosed = try await TestSupport.eventually { try site.sessions(of: "one") == 0 }
        #expect(isClosed, "it is told goodbye")
        try await site.checkPictures()
    }

    @Test(
        "C14: where pictures take longer than there is time, every camera gives its share, and what is left out is counted"
    )
    func overload() async throws {
        let names = (1...20).map { "camera-\($0)" }
        let site = try await CameraSite(cameras: names, storeRate: 8)
        try await site.whileGrabbing(grabbers: 1) {
            for name in names {
                let hasBoth = try await site.eventually(name) { $0.taken >= 4 && $0.skipped >= 1 }
                #expect(hasBoth, "\(name)")
            }
        }
        let counts = try await site.taken()
        let mean = Double(counts.reduce(0, +)) / Double(counts.count)
        let isEven = counts.allSatisfy { Double($0) > mean / 2 && Double($0) < mean * 2 }
        #expect(isEven, "\(counts)")
        try await site.checkPictures()
    }

    @Test("C15: cameras that all vanish at once all come back, each with one session")
    func allAtOnce() async throws {
        let names = (1...8).map { "camera-\($0)" }
        let site = try await CameraSite(cameras: names)
        try await site.whileGrabbing(grabbers: 2) {
            for name in names { #expect(try await site.eventually(name) { $0.taken >= 1 }) }
            for name in names {
                try site.simulated.set(#"{"refuse": true}"#, on: name)
                try site.simulated.reset(name)
            }
            for name in names { #expect(try await site.eventually(name) { $0.state == .offline }) }
            for name in names { try site.simulated.set(#"{"refuse": false}"#, on: name) }
            for name in names { #expect(try await site.eventually(name) { $0.state == .online }) }
            for name in names { try site.checkOneSession(of: name) }
        }
        try await site.checkPictures()
    }
}

/// Simulated cameras, and what grabbers share: leases in a database, a queue, a folder of pictures.
private struct CameraSite {
    let simulated: SimulatedCameras
    let metrics = MetricsRegistry()
    private let scratch: ScratchDirectory
    private let persistence: SQLitePersistence
    private let queue: any WorkQueue
    private let objects: any ObjectStore
    private let pool = BlockingPool(label: "pictures", width: 2)
    private let ids: [String: CameraID]

    /// - Parameters:
    ///   - settings: of every camera, see tools/camsim/README.md.
    ///   - storeRate: pictures a second that the store takes; nil: as many as come.
    init(
        cameras names: [String], settings: [String: any Sendable] = [:], storeRate: Double? = nil
    ) async throws {
        let video = try TestVideo.path()
        let simulated = try SimulatedCameras(
            names.map { name in
                ["name": name, "source": video, "size": "320x180", "fps": 15, "gop": 15].merging(settings) { $1 }
            })
        self.simulated = simulated
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(
            path: scratch.path("maskwatch.sqlite"), sealer: MirrorSealer())
        let store = try await FileObjectStore.open(at: scratch.path("objects"))
        objects = storeRate.map { SlowStore(base: store, rate: $0) } ?? store
        queue = try await QueueDatabase.open(path: scratch.path("queue.sqlite")).queue(
            "snapshots", limits: QueueLimits())
        var ids: [String: CameraID] = [:]
        for name in names {
            let camera = Camera(
                name: name, source: CameraSource(address: try simulated.address(of: name)),
                sampling: Sampling(every: 1, mode: .persistent))
            try await persistence.cameras.save(camera)
            ids[name] = camera.id
        }
        self.ids = ids
    }

    func grabber() -> GrabberService {
        let ports = GrabberPorts(
            leases: persistence.leases, frames: FFmpegFrameSource(pool: pool, logger: .silent), objects: objects,
            snapshots: queue, changes: InProcessBroadcast())
        var settings = GrabberSettings()
        settings.leaseLife = 6
        settings.limits.read = 4
        settings.retry = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(2))
        return GrabberService(ports: ports, settings: settings, pool: pool, metrics: metrics, logger: .silent)
    }

    func whileGrabbing(grabbers: Int, _ body: () async throws -> Void) async throws {
        guard grabbers > 0 else { return try await body() }
        try await whileRunning(grabber()) { try await whileGrabbing(grabbers: grabbers - 1, body) }
    }

    func status(of name: String) async throws -> CameraStatus? {
        guard let id = ids[name] else { return nil }
        return try await persistence.cameras.statuses()[id]
    }

    /// Pictures taken of each camera.
    func taken() async throws -> [Int] { try await persistence.cameras.statuses().values.map(\.taken) }

    func eventually(_ name: String, _ condition: @Sendable (CameraStatus) -> Bool) async throws -> Bool {
        try await TestSupport.eventually { try await status(of: name).map(condition) ?? false }
    }

    func checkOneSession(of name: String) throws {
        let count = try sessions(of: name)
        #expect(count == 1, "sessions of \(name)")
    }

    func sessions(of name: String) throws -> Int { try simulated.description(of: name)["sessions"] as? Int ?? -1 }

    /// Every stored picture is announced once, and whole.
    func checkPictures() async throws {
        let announced = try await queue.receive(atMost: 10_000, wait: .zero).map {
            try JSON.decode(SnapshotTaken.self, from: $0.body)
        }
        let stored = try await objects.list(prefix: "snapshots", after: nil, limit: 10_000)
        #expect(Set(announced.map(\.objectKey)) == Set(stored.map(\.key)))
        #expect(Set(announced.map(\.snapshotID)).count == announced.count)
        #expect(announced.allSatisfy { $0.width == 320 && $0.height == 180 })
    }
}

/// A store that takes so many pictures a second and no more, one after the other.
private actor SlowStore: ObjectStore {
    private let base: FileObjectStore
    private let pause: Duration
    private var free = ContinuousClock.now

    init(base: FileObjectStore, rate: Double) {
        self.base = base
        pause = .seconds(1 / rate)
    }

    func put(_ data: Data, at key: ObjectKey) async throws {
        free = max(free, .now) + pause
        try await Task.sleep(until: free)
        try await base.put(data, at: key)
    }

    func get(_ key: ObjectKey, limit: Int) async throws -> Data { try await base.get(key, limit: limit) }
    func head(_ key: ObjectKey) async throws -> ObjectInformation? { try await base.head(key) }
    func delete(_ keys: [ObjectKey]) async throws { try await base.delete(keys) }
    func usage() async throws -> StorageUsage { try await base.usage() }

    func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation] {
        try await base.list(prefix: prefix, after: after, limit: limit)
    }
}
