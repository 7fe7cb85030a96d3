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

@Suite("The review")
struct ReviewServiceTests {
    private let scratch: ScratchDirectory
    private let persistence: SQLitePersistence
    private let queue: SQLiteWorkQueue
    private let clock = TestClock(Date(timeIntervalSince1970: 1_790_000_040))
    private let camera = Camera(
        name: "door", source: CameraSource(address: "rtsp://door.test"), sampling: Sampling(every: 20, shots: 2))

    init() async throws {
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(
            path: scratch.path("x.sqlite"), sealer: MirrorSealer(), now: { [clock] in clock.now })
        queue = try await QueueDatabase.open(path: scratch.path("q.sqlite")).queue("snapshots")
        try await persistence.cameras.save(camera)
    }

    private func review(after seconds: Double = 0) async {
        clock.advance(by: seconds)
        await ReviewService(
            observations: persistence.observations, snapshots: queue, broadcast: InProcessBroadcast(), timeZone: .gmt,
            logger: .silent, now: { [clock] in clock.now }
        ).review()
    }

    private func record(without: Int) async throws {
        let analysis = ObservationAnalysis(timeZone: .gmt)
        let seen = Observation.sample(camera: camera.id, at: clock.now, without: without)
        _ = try await persistence.observations.record(seen) { analysis.plan(seen, $0) }
    }

    private func states() async throws -> [Incident.State] {
        try await persistence.incidents.incidents(IncidentQuery()).map(\.state)
    }

    private let quick = Rule(name: "masks", confirmation: .pictures(1, of: 1), release: .pictures(1, of: 1))

    @Test("closes the incident of a rule that is gone")
    func abandoned() async throws {
        try await persistence.rules.save(quick)
        try await record(without: 1)
        await review()
        #expect(try await states() == [.open])
        _ = try await persistence.rules.remove(quick.id)
        await review(after: 5)
        #expect(try await states() == [.closed])
    }

    @Test("closes an incident when the hours of its rule are over")
    func scheduleEnds() async throws {
        var rule = quick
        rule.schedule = Schedule(override: .init(isActive: true, until: clock.now + 60))
        rule.schedule?.weekly = [WeeklyInterval(weekday: 1, from: 0, to: 1)]
        try await persistence.rules.save(rule)
        try await record(without: 1)
        await review(after: 59)
        #expect(try await states() == [.open])
        await review(after: 2)
        #expect(try await states() == [.closed])
    }

    @Test("opens an incident when a camera is offline for too long, once, and closes it when it is back")
    func offline() async throws {
        try await persistence.rules.save(
            Rule(
                name: "offline", condition: .camera(.offline), confirmation: .seconds(60), release: .seconds(10)))
        let worker = WorkerID()
        let lease = try #require(
            try await persistence.leases.renew(worker: worker, capacity: 9, life: 10_000).first)
        func report(_ state: CameraStatus.State) async throws {
            let status = CameraStatus(state: state, since: clock.now)
            try await persistence.leases.report([.init(cameraID: camera.id, token: lease.token, status: status)])
        }
        try await report(.offline)
        await review(after: 59)
        #expect(try await states().isEmpty)
        await review(after: 1)
        await review(after: 1)
        #expect(try await states() == [.open])
        try await report(.online)
        await review()
        await review(after: 9)
        #expect(try await states() == [.open])
        await review(after: 1)
        #expect(try await states() == [.closed])
        let incident = try #require(try await persistence.incidents.incidents(IncidentQuery()).first)
        #expect(incident.evidence == nil)
        #expect(incident.closedAt == clock.now)
    }

    @Test("opens an incident when pictures wait too long to be looked at")
    func overloaded() async throws {
        try await persistence.rules.save(
            Rule(
                name: "overload", condition: .overloaded(delay: 30), confirmation: .seconds(0), release: .seconds(0)))
        await review()
        #expect(try await states().isEmpty)
        try await queue.publish(QueueMessage(id: "1", body: Data()))
        clock.advance(by: Date().timeIntervalSince(clock.now) + 60)
        await review()
        #expect(try await states() == [.open])
        let incident = try #require(try await persistence.incidents.incidents(IncidentQuery()).first)
        #expect(incident.target == .system)
    }

    @Test("counts the pictures that were to be taken, each minute once, also those of a standstill")
    func expected() async throws {
        await review()
        await review(after: 60)
        await review(after: 1)
        await review(after: 59 + 600)
        let query = StatisticsQuery(interval: .minute, range: .distantPast..<(.distantFuture))
        let sums = try await persistence.statistics.sums(query)
        #expect(sums.map(\.counts.expected) == Array(repeating: 6, count: 12))
        let day = StatisticsQuery(interval: .day, range: .distantPast..<(.distantFuture))
        #expect(try await persistence.statistics.sums(day).map(\.counts) == [SightingCounts(expected: 72)])
    }

    @Test("sums up what a rule's limits held back")
    func summary() async throws {
        let channel = Channel.webhook()
        try await persistence.channels.save(channel)
        var rule = quick
        rule.limits = MessageLimits(coolDown: 300)
        try await persistence.rules.save(rule)
        for without in [1, 0, 1, 0, 1, 0] {
            try await record(without: without)
            clock.advance(by: 1)
        }
        await review(after: 200)
        let events = { try await persistence.outbox.notifications(channel: nil, limit: 9).map(\.event) }
        #expect(try await events() == [.closed, .opened])
        await review(after: 100)
        #expect(try await events() == [.summary, .closed, .opened])
        let held = try await persistence.outbox.notifications(channel: nil, limit: 1).first?.held
        #expect(held?.opened == 2)
        #expect(held?.closed == 2)
        #expect(held?.incidents.count == 2)
    }
}
