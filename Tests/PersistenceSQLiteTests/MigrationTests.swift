import Domain
import Foundation
import Persistence
import SQLite
import TestSupport
import Testing

@testable import PersistenceSQLite

@Suite("A database of schema 1")
struct MigrationTests {
    private let scratch: ScratchDirectory
    private let time = Date(timeIntervalSince1970: 1_790_000_000)
    private let rule = RuleID()
    private let camera = CameraID()
    private let incident = IncidentID()
    private let snapshot = SnapshotID(at: Date(timeIntervalSince1970: 1_790_000_000))

    init() async throws {
        scratch = try ScratchDirectory()
        let database = try await Database.open(path: scratch.path("x.sqlite"), readers: 1)
        let (rule, camera, incident, snapshot, time) = (rule, camera, incident, snapshot, time)
        try await database.write { connection in
            try connection.run("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)")
            for statement in Migrations.steps[0] { try connection.run(statement) }
            try connection.run("INSERT INTO schema_version (version, applied_at) VALUES (1, 0)")
            try connection.run(
                """
                INSERT INTO rules (id, name, is_enabled, cameras, minimum_faces, counts_incorrect, confirmation, release,
                severity, updated_at) VALUES (?1, 'old', 1, ?2, 3, 1, 4, 5, 'critical', ?3)
                """, rule, "[\"\(camera)\"]", time)
            try connection.run(
                """
                INSERT INTO cameras (id, name, address, transport, every, shots, spacing, mode, is_enabled, created_at,
                updated_at) VALUES (?1, 'door', 'rtsp://door.test', 'tcp', 5, 1, 0.5, 'auto', 1, ?2, ?2)
                """, camera, time)
            try connection.run(
                "INSERT INTO rule_progress (rule_id, camera_id, pictures, decided_until) VALUES (?1, ?2, ?3, NULL)",
                rule,
                camera, Self.oldSeries(snapshot, time))
            try connection.run(
                """
                INSERT INTO incidents (id, rule_id, rule_name, camera_id, severity, state, opened_at, updated_at,
                peak_faces, pictures, evidence) VALUES (?1, ?2, 'old', ?3, 'critical', 'open', ?4, ?4, 3, 4, ?5)
                """, incident, rule, camera, time, snapshot)
            try connection.run(
                """
                INSERT INTO statistics (camera_id, interval, start, pictures, worn_correctly, worn_incorrectly, without,
                unknown) VALUES (?1, 'hour', ?2, 7, 1, 2, 3, 4)
                """, camera, time)
        }
    }

    /// One picture as schema 1 kept it.
    private static func oldSeries(_ id: SnapshotID, _ time: Date) -> Data {
        var data = unsafe withUnsafeBytes(of: id.uuid.uuid) { unsafe Data($0) }
        let milliseconds = UInt64(time.timeIntervalSince1970 * 1000)
        for shift in stride(from: 56, through: 0, by: -8) {
            data.append(UInt8(truncatingIfNeeded: milliseconds >> shift))
        }
        data.append(contentsOf: [0, 0, 0, 2])
        return data
    }

    @Test("keeps its rules, their progress, incidents and statistics")
    func keeps() async throws {
        let persistence = try await SQLitePersistence.open(path: scratch.path("x.sqlite"), sealer: MirrorSealer())
        let expected = Rule(
            id: rule, name: "old", cameras: [camera],
            condition: .faces(FacesCondition(minimumFaces: 3, releaseFaces: 2, countsIncorrect: true)),
            confirmation: .pictures(4, of: 4), release: .pictures(5, of: 5), severity: .critical, updatedAt: time)
        #expect(try await persistence.rules.rules() == [expected])
        let open = try #require(try await persistence.incidents.incident(incident))
        #expect(open.target == .camera(camera))
        #expect(open.evidence == snapshot)
        let sums = try await persistence.statistics.sums(
            StatisticsQuery(interval: .hour, range: time..<(time + 1)))
        let counts = SightingCounts(pictures: 7, wornCorrectly: 1, wornIncorrectly: 2, without: 3, unknown: 4)
        #expect(sums == [StatisticsSum(start: time, counts: counts)])
        let picture = RuleProgress.Picture(snapshotID: snapshot, takenAt: time, violatingFaces: 2)
        let seen = Observation.sample(camera: camera, at: time + 5)
        _ = try await persistence.observations.record(seen) { context in
            #expect(context.watched.map(\.progress) == [RuleProgress(pictures: [picture], incident: open)])
            return AnalysisPlan()
        }
    }
}
