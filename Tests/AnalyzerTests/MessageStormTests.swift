import Analyzer
import Domain
import Foundation
import Logging
import Messaging
import MessagingSQLite
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

/// What people are told when much happens at once, over the whole way from pictures to the outbox.
@Suite("A storm of incidents", .timeLimit(.minutes(10)))
struct MessageStormTests {
    private let scratch: ScratchDirectory
    private let persistence: SQLitePersistence
    private let queue: SQLiteWorkQueue
    private let clock = TestClock()
    private let channel = Channel.webhook()
    private let limits = MessageLimits.overall(perHour: 10)

    init() async throws {
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(
            path: scratch.path("x.sqlite"), sealer: MirrorSealer(), now: { [clock] in clock.now })
        queue = try await QueueDatabase.open(path: scratch.path("q.sqlite")).queue("snapshots")
        try await persistence.channels.save(channel)
    }

    private func addCameras(_ count: Int) async throws -> [Camera] {
        let cameras = (0..<count).map { Camera(name: "\($0)", source: CameraSource(address: "rtsp://\($0).test")) }
        for camera in cameras { try await persistence.cameras.save(camera) }
        return cameras
    }

    private func record(_ camera: Camera, without: Int) async throws {
        let analysis = ObservationAnalysis(timeZone: .gmt, overallLimits: limits)
        let seen = Observation.sample(camera: camera.id, at: clock.now, without: without)
        _ = try await persistence.observations.record(seen) { analysis.plan(seen, $0) }
    }

    private func review() async {
        await ReviewService(
            observations: persistence.observations, snapshots: queue, broadcast: InProcessBroadcast(), timeZone: .gmt,
            overallLimits: limits, logger: .silent, now: { [clock] in clock.now }
        ).review()
    }

    /// Oldest first.
    private func told() async throws -> [ChannelNotification] {
        try await persistence.outbox.notifications(channel: channel.id, limit: 10_000).reversed()
    }

    @Test("N3: 100 cameras and three rules pass no limit, and every incident is told or summed up, and listed")
    func manyCameras() async throws {
        let cameras = try await addCameras(100)
        for limit in [nil, 3, 40] {
            try await persistence.rules.save(
                Rule(
                    name: "\(limit ?? 0)", confirmation: .pictures(1, of: 1), release: .pictures(1, of: 1),
                    limits: MessageLimits(coolDown: limit == 40 ? 300 : 0, perHour: limit)))
        }
        for without in [1, 0] {
            for camera in cameras {
                try await record(camera, without: without)
                clock.advance(by: 1)
            }
            await review()
        }
        for _ in 0..<30 {
            clock.advance(by: 600)
            await review()
        }
        let told = try await told()
        for message in told {
            let hour = told.filter { (0..<3600).contains(message.createdAt.timeIntervalSince($0.createdAt)) }
            #expect(hour.count <= 10)
        }
        let (alone, together) = (told.filter { $0.held == nil }, told.compactMap(\.held))
        #expect(!together.isEmpty)
        #expect(alone.count { $0.event == .opened } + together.reduce(0) { $0 + $1.opened } == 300)
        #expect(alone.count { $0.event == .closed } + together.reduce(0) { $0 + $1.closed } == 300)
        #expect(try await persistence.incidents.incidents(IncidentQuery(state: .closed, limit: 999)).count == 300)
    }

    @Test("N2: a camera between N - 1 and N faces opens once and closes once, and people are told twice")
    func flapping() async throws {
        let camera = try await addCameras(1)[0]
        try await persistence.rules.save(
            Rule(
                name: "crowd", condition: .faces(FacesCondition(minimumFaces: 3)), confirmation: .pictures(2, of: 4),
                release: .pictures(3, of: 3), limits: MessageLimits(coolDown: 300)))
        for tick in 0..<200 {
            try await record(camera, without: tick < 196 ? 2 + tick % 2 : 0)
            clock.advance(by: 5)
            await review()
        }
        clock.advance(by: 600)
        await review()
        #expect(try await told().map(\.event) == [.opened, .closed])
        #expect(try await persistence.incidents.incidents(IncidentQuery()).map(\.pictures) == [98])
    }
}
