import Domain
import Foundation
import Persistence
import PersistencePostgreSQL
import PostgreSQL
import TestSupport
import Testing

@Suite("Partitions of observations", .enabled(if: PostgreSQLServer.isThere, "\(PostgreSQLServer.absence)"))
struct PartitionsIntegrationTests {
    private let scratch: ScratchDatabase
    private let clock = TestClock(Date(timeIntervalSince1970: 1_790_000_000))
    private let persistence: PostgreSQLPersistence
    private let database: Database
    private let camera = CameraID()
    private static let day = 86_400.0

    init() async throws {
        scratch = try await ScratchDatabase.create()
        persistence = try await PostgreSQLPersistence.open(
            url: scratch.url, sealer: MirrorSealer(), clock: { [clock] in clock.now })
        database = Database(Database.Settings(ConnectionSettings(address: try DatabaseAddress(scratch.url))))
    }

    private func partitions() async throws -> [String] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT relname::text FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                WHERE inhparent = 'observations'::regclass ORDER BY relname
                """
            ) { try $0(0, as: String.self) }
        }
    }

    private func rows(elsewhere: Bool) async throws -> Int? {
        try await database.read { connection in
            elsewhere
                ? try connection.value("SELECT count(*) FROM observations_other", as: Int.self)
                : try connection.value("SELECT count(*) FROM observations", as: Int.self)
        }
    }

    @discardableResult
    private func record(daysAgo: Double) async throws -> Observation {
        let seen = Observation.sample(camera: camera, at: clock.now - daysAgo * Self.day, without: 1)
        _ = try await persistence.observations.record(seen, in: [])
        return seen
    }

    private func sweep() async throws {
        let limits = HistoryLimits(statistics: [:], incidents: .distantPast, notifications: .distantPast)
        try await persistence.observations.expireHistory(limits)
    }

    @Test("are made ahead, and on demand for late pictures")
    func made() async throws {
        try await sweep()
        #expect(
            try await partitions() == [
                "observations_20260921", "observations_20260922", "observations_20260923", "observations_other",
            ])
        try await record(daysAgo: 40)
        #expect(try await partitions().first == "observations_20260812")
        #expect(try await rows(elsewhere: true) == 0)
    }

    @Test("leave pictures of clocks that are years off to one table, and take them over when their day comes")
    func farAway() async throws {
        try await record(daysAgo: 5000)
        let early = try await record(daysAgo: -30)
        #expect(try await rows(elsewhere: true) == 2)
        clock.advance(by: 29 * Self.day)
        try await sweep()
        #expect(try await rows(elsewhere: true) == 1)
        #expect(try await persistence.observations.observation(early.snapshotID) == early)
        let again = try await persistence.observations.record(early, in: [])
        #expect(!again.isNew)
    }

    @Test("are dropped when retention has taken all of a day, and only then")
    func dropped() async throws {
        let old = [try await record(daysAgo: 10), try await record(daysAgo: 10), try await record(daysAgo: 9)]
        try await record(daysAgo: 1)
        let limit = clock.now - 5 * Self.day
        #expect(try await persistence.observations.expire(before: limit, limit: 1).count == 1)
        #expect(try await partitions().count == 4, "a day that is not empty stays")
        let rest = try await persistence.observations.expire(before: limit, limit: 100)
        #expect(rest.count == 2 && Set(rest).isSubset(of: Set(old.map(\.objectKey))))
        #expect(try await partitions().count == 2)
        #expect(try await rows(elsewhere: false) == 1)
    }

    @Test("stay as long as they hold what belongs to an open incident")
    func evidence() async throws {
        let watched = Camera(id: camera, name: "a", source: CameraSource(address: "rtsp://a.test"))
        try await persistence.cameras.save(watched)
        let rule = Rule(name: "r")
        try await persistence.rules.save(rule)
        let seen = Observation.sample(camera: camera, at: clock.now - 10 * Self.day, without: 1)
        _ = try await persistence.observations.record(seen, in: []) { rule, before in
            let incident = Incident(
                id: IncidentID(), ruleID: rule.id, ruleName: rule.name, cameraID: seen.cameraID,
                severity: rule.severity, openedAt: seen.takenAt, updatedAt: seen.takenAt, peakFaces: 1, pictures: 1,
                evidence: seen.snapshotID)
            return RuleDecision(
                progress: before,
                events: [
                    .init(event: .opened, incident: incident, notifies: false, evidence: [seen.snapshotID])
                ])
        }
        #expect(try await persistence.observations.expire(before: clock.now, limit: 100).isEmpty)
        #expect(try await partitions().count == 2)
        _ = try await persistence.rules.remove(rule.id)
        #expect(try await persistence.observations.closeAbandoned(at: clock.now).count == 1)
        #expect(try await persistence.observations.expire(before: clock.now, limit: 100) == [seen.objectKey])
        #expect(try await partitions() == ["observations_other"])
    }
}
