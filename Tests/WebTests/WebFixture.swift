import Capture
import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Imaging
import Logging
import Messaging
import MessagingSQLite
import Metrics
import Notifications
import ObjectStorage
import Persistence
import PersistenceSQLite
import Secrets
import Synchronization
import TestSupport
import Vision

@testable import Web

/// A whole web stage over real storage in a folder of its own. Only what would need a camera, a network or a receiver of
/// messages is played.
final class WebFixture: Sendable {
    static let start = Date(timeIntervalSince1970: 1_780_000_000)

    let web: WebService
    let checker: OpenAPIChecker
    let persistence: SQLitePersistence
    let snapshots: any WorkQueue
    let observations: any WorkQueue
    let pictures: FileObjectStore
    let broadcast = InProcessBroadcast()
    let camera = PlayedCamera()
    let receiver = PlayedReceiver()
    let clock = PlayedClock(WebFixture.start)
    let log = RecordedLog()
    private let scratch: ScratchDirectory

    init(_ change: (inout WebOptions) -> Void = { _ in }) async throws {
        scratch = try ScratchDirectory()
        let clock = clock
        persistence = try await SQLitePersistence.open(
            path: scratch.path("web.sqlite"), sealer: PlainSealer(), now: { clock.now })
        let queues = try await QueueDatabase.open(path: scratch.path("queues.sqlite"), now: { clock.now })
        snapshots = try await queues.queue("snapshots", limits: QueueLimits())
        observations = try await queues.queue("observations", limits: QueueLimits())
        pictures = try await FileObjectStore.open(at: scratch.path("pictures"))
        var options = WebOptions(listener: HTTPListenerOptions(), version: "1.2.3")
        options.models = { ["face-test/1", "mask-test/1"] }
        change(&options)
        let dependencies = WebDependencies(
            cameras: persistence.cameras, sites: persistence.sites, observations: persistence.observations,
            incidents: persistence.incidents, corrections: persistence.corrections, rules: persistence.rules,
            channels: persistence.channels, statistics: persistence.statistics, outbox: persistence.outbox,
            users: persistence.users, pictures: pictures,
            queues: [snapshots, observations], broadcast: broadcast, frames: camera, analyze: Self.analyze,
            notifications: receiver, metrics: MetricsRegistry(), logger: Logger(label: "web", handler: log),
            now: { clock.now })
        web = try WebService(dependencies, options: options)
        checker = OpenAPIChecker(web.routes)
    }

    /// Every "JPEG" has one face; anything else is no picture.
    private static let analyze: WebDependencies.PictureAnalyzer = { data in
        guard data.starts(with: [0xFF, 0xD8]) else { throw PictureError(.unknownFormat, "This is no picture.") }
        let face = Face(
            box: Box(x: 1, y: 2, width: 3, height: 4), score: 0.5, mask: .without, maskScore: 0.75,
            maskScores: [.without: 0.75, .wornCorrectly: 0.25])
        return PictureAnalysis(width: 64, height: 48, faces: [face], timings: PictureAnalysis.Timings())
    }

    /// A signed-in browser. The user's password cannot be typed: most tests need no hash.
    func browser(_ role: User.Role, name: String? = nil) async throws -> WebClient {
        let user = User(name: name ?? role.rawValue, role: role, passwordHash: "none", createdAt: clock.now)
        try await persistence.users.save(user)
        return WebClient(self, cookie: try await session(of: user), user: user)
    }

    func session(of user: User) async throws -> String {
        let token = RandomToken.make()
        try await persistence.users.save(
            AccessToken(
                kind: .session, name: "browser", tokenHash: AccessToken.hash(of: token), userID: user.id,
                createdAt: clock.now, expiresAt: SessionPolicy().expiry(createdAt: clock.now, now: clock.now)))
        return token
    }

    func stranger() -> WebClient { WebClient(self) }

    func savedCamera(_ name: String = "Door", password: String? = nil) async throws -> Camera {
        let camera = Camera(
            name: name,
            source: CameraSource(
                address: "rtsp://10.0.0.1/a", username: "user", password: password.map { Secret($0) }),
            createdAt: clock.now)
        try await persistence.cameras.save(camera)
        return camera
    }

    /// An observation of a picture that is in the store.
    func recorded(_ camera: CameraID, faces: [Face] = [], picture: Data = Data([0xFF, 0xD8])) async throws
        -> Observation
    {
        let id = SnapshotID(at: clock.now)
        let observation = Observation(
            snapshotID: id, cameraID: camera, takenAt: clock.now, objectKey: .snapshot(id, camera: camera), width: 64,
            height: 48, faces: faces, models: ["face-test/1"])
        try await pictures.put(picture, at: observation.objectKey)
        _ = try await persistence.observations.record(observation, in: []) { _, progress in
            RuleDecision(progress: progress)
        }
        return observation
    }
}

/// A clock that stands until it is moved.
final class PlayedClock: Sendable {
    private let time: Mutex<Date>

    init(_ start: Date) { time = Mutex(start) }

    var now: Date { time.withLock { $0 } }

    func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

/// Keeps what was logged.
final class RecordedLog: LogHandler {
    private let entries = Mutex<[LogEntry]>([])

    func log(_ entry: LogEntry) { entries.withLock { $0.append(entry) } }

    var text: String { entries.withLock { $0.map { "\($0)" } }.joined(separator: "\n") }
}

struct PlainSealer: SecretSealer {
    func seal(_ plain: Data) throws -> Data { plain }
    func open(_ sealed: Data) throws -> Data { sealed }
}

/// A camera that gives one grey picture, fails, or keeps the caller waiting.
final class PlayedCamera: FrameSource {
    private struct State {
        var failure: CameraFailure?
        var opened: [CameraSource] = []
    }

    private let state = Mutex(State())

    var opened: [CameraSource] { state.withLock { $0.opened } }

    func fail(_ failure: CameraFailure) { state.withLock { $0.failure = failure } }

    func open(_ source: CameraSource, limits: CaptureLimits) async throws -> any FrameSession {
        try state.withLock { state in
            state.opened.append(source)
            if let failure = state.failure { throw failure }
        }
        return Session()
    }

    private struct Session: FrameSession {
        var stream: StreamDescription {
            get async { StreamDescription(codec: "h264", width: 16, height: 16, frameRate: 25) }
        }

        func frame(maximumAge: Double) async throws -> VideoFrame {
            VideoFrame(image: GreyPlane(side: 16).image, capturedAt: 0, isKeyFrame: true)
        }

        func close() async {}
    }
}

/// The memory of a grey picture.
@safe private final class GreyPlane {
    private let memory: UnsafeMutablePointer<UInt8>
    private let side: Int

    init(side: Int) {
        self.side = side
        unsafe memory = .allocate(capacity: side * side)
        unsafe memory.initialize(repeating: 128, count: side * side)
    }

    deinit { unsafe memory.deallocate() }

    var image: YUVImage {
        let plane = unsafe YUVImage.Plane(bytes: UnsafePointer(memory), stride: side, width: side, height: side)
        return YUVImage(
            width: side, height: side, subsampling: .gray, isFullRange: true, planes: [plane], owner: self)
    }
}

/// A receiver of messages that answers as told.
final class PlayedReceiver: NotificationChannel {
    private let state = Mutex((result: DeliveryResult.delivered, alerts: [Alert]()))

    var alerts: [Alert] { state.withLock { $0.alerts } }

    func answer(_ result: DeliveryResult) { state.withLock { $0.result = result } }

    func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        state.withLock { state in
            state.alerts.append(alert)
            return state.result
        }
    }
}
