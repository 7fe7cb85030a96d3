import Analyzer
import Domain
import Foundation
import Logging
import Messaging
import MessagingSQLite
import Metrics
import ObjectStorage
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@Suite("The analyzer")
struct AnalyzerServiceTests {
    private let scratch: ScratchDirectory
    private let persistence: SQLitePersistence
    private let queue: SQLiteWorkQueue
    private let camera = Camera(name: "door", source: CameraSource(address: "rtsp://door.test"))
    private let start = Date(timeIntervalSince1970: 1_790_000_000)

    init() async throws {
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(path: scratch.path("x.sqlite"), sealer: MirrorSealer())
        queue = try await QueueDatabase.open(path: scratch.path("q.sqlite")).queue("observations")
        try await persistence.cameras.save(camera)
        try await persistence.rules.save(
            Rule(name: "masks", confirmation: .pictures(2, of: 2), release: .pictures(2, of: 2)))
    }

    private func service(observations: (any ObservationRepository)? = nil) throws -> AnalyzerService {
        AnalyzerService(
            queue: queue, observations: observations ?? persistence.observations, broadcast: InProcessBroadcast(),
            analysis: ObservationAnalysis(timeZone: .gmt),
            metrics: MetricsRegistry(), logger: .silent)
    }

    private func picture(_ second: Int, without: Int) -> Observation {
        .sample(camera: camera.id, at: start + Double(second), without: without, worn: 1)
    }

    private func publish(_ observation: Observation, as id: String? = nil) async throws {
        let message = QueueMessage(id: id ?? "\(observation.snapshotID)", body: try JSON.encode(observation))
        try await queue.publish(message)
    }

    /// Runs the service until the queue holds nothing but dead letters.
    private func drain(_ service: AnalyzerService) async throws {
        try await whileRunning(service) {
            try await eventually {
                let depth = try await queue.depth()
                return depth.ready + depth.inFlight == 0
            }
        }
    }

    private func eventually(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "it did not happen in time")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("counts each picture once, whatever comes twice or late")
    func exactlyOnce() async throws {
        let pictures = [0, 1, 1, 1, 0, 0].enumerated().map { picture($0, without: $1) }
        for (position, index) in [1, 0, 2, 2, 3, 0, 5, 4, 3].enumerated() {
            try await publish(pictures[index], as: "\(position)")
        }
        try await drain(try service())
        let buckets = try await persistence.statistics.buckets(
            camera: camera.id, interval: .day, from: .distantPast, to: .distantFuture)
        #expect(buckets.map(\.counts.pictures) == [6])
        #expect(buckets.map(\.counts.without) == [3])
        #expect(buckets.map(\.counts.wornCorrectly) == [6])
        #expect(try await persistence.observations.count() == 6)
        let incidents = try await persistence.incidents.incidents(IncidentQuery())
        #expect(incidents.map(\.state) == [.closed])
        #expect(incidents.first?.pictures == 3)
        #expect(incidents.first?.openedAt == pictures[1].takenAt)
    }

    @Test("sets aside what is no observation, or of another version")
    func poison() async throws {
        var future = picture(0, without: 1)
        future.version = Observation.schemaVersion + 1
        try await queue.publish(QueueMessage(id: "garbage", body: Data("{\"a\":".utf8)))
        try await publish(future, as: "future")
        try await publish(picture(1, without: 0), as: "good")
        try await drain(try service())
        let dead = try await queue.deadLetters(limit: 9)
        #expect(Set(dead.map(\.id)) == ["garbage", "future"])
        #expect(dead.allSatisfy { $0.reason.code == "message_invalid" })
        #expect(try await persistence.observations.count() == 1)
    }

    @Test("loses nothing while the database is away")
    func databaseAway() async throws {
        for second in 0..<4 { try await publish(picture(second, without: 0)) }
        try await drain(try service(observations: UnreliableObservations(persistence.observations, failures: 3)))
        #expect(try await persistence.observations.count() == 4)
        #expect(try await queue.totals() == QueueTotals(published: 4, acknowledged: 4, failed: 0, expired: 0))
    }
}

/// A database that is away for the first few records.
private actor UnreliableObservations: ObservationRepository {
    private let base: any ObservationRepository
    private var failures: Int

    init(_ base: any ObservationRepository, failures: Int) {
        self.base = base
        self.failures = failures
    }

    func record(
        _ observation: Observation, plan: @escaping @Sendable (RecordContext) -> AnalysisPlan
    ) async throws -> RecordResult {
        failures -= 1
        guard failures < 0 else { throw PersistenceError(.full, "the disk is full") }
        return try await base.record(observation, plan: plan)
    }

    func observation(_ id: SnapshotID) async throws -> Observation? { try await base.observation(id) }
    func observations(camera: CameraID?, before: Date?, limit: Int) async throws -> [Observation] {
        try await base.observations(camera: camera, before: before, limit: limit)
    }
    func latest() async throws -> [Observation] { try await base.latest() }
    func count() async throws -> Int { try await base.count() }
    func recorded(among ids: [SnapshotID]) async throws -> Set<SnapshotID> { try await base.recorded(among: ids) }
    func expire(before time: Date, limit: Int) async throws -> [ObjectKey] {
        try await base.expire(before: time, limit: limit)
    }
    func expireHistory(_ limits: HistoryLimits) async throws { try await base.expireHistory(limits) }
    func review(
        at time: Date, plan: @escaping @Sendable (ReviewContext) -> AnalysisPlan
    ) async throws -> [IncidentID] {
        try await base.review(at: time, plan: plan)
    }
    func replay(cameras: Set<CameraID>, in range: Range<Date>, limit: Int) async throws -> [Observation] {
        try await base.replay(cameras: cameras, in: range, limit: limit)
    }
}
