import Domain
import Foundation
import Persistence
import PersistenceSQLite
import SQLite
import TestSupport
import Testing

@Suite("Persistence in SQLite")
struct SQLitePersistenceTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private var path: String { scratch.path("maskwatch.sqlite") }

    private func open(sealer: MirrorSealer = MirrorSealer()) async throws -> SQLitePersistence {
        try await SQLitePersistence.open(path: path, sealer: sealer)
    }

    @Test("keeps the contract of every repository")
    func contract() async throws {
        let persistence = try await open()
        try await RepositoryContract(persistence).check()
    }

    @Test("records what many analyzers deliver at the same time as one would")
    func concurrency() async throws { try await RepositoryContract(try await open()).recordsAtTheSameTime() }

    @Test("sends every message once and in order, whatever the number of notifiers")
    func claims() async throws { try await RepositoryContract(try await open()).claimsAtTheSameTime() }

    @Test("refuses a key that does not belong to the database")
    func wrongKey() async throws {
        _ = try await open()
        await #expect {
            _ = try await open(sealer: MirrorSealer(mask: 0x11))
        } throws: { ($0 as? PersistenceError)?.code == .wrongKey }
    }

    @Test("refuses the schema of a newer version politely")
    func newerSchema() async throws {
        _ = try await open()
        try await Database.open(path: path).write { connection in
            try connection.run("INSERT INTO schema_version (version, applied_at) VALUES (999, 0)")
        }
        await #expect {
            _ = try await open()
        } throws: { error in
            let error = error as? PersistenceError
            return error?.code == .schemaTooNew && error?.message.contains("schema 999") == true
        }
    }

    @Test("migrates once when many processes start together")
    func together() async throws {
        let path = path
        try await withThrowingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    let persistence = try await SQLitePersistence.open(path: path, sealer: MirrorSealer())
                    _ = try await persistence.cameras.cameras()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("says that a damaged file is damaged")
    func corrupt() async throws {
        try Data(repeating: 0x5A, count: 8192).write(to: URL(filePath: path))
        await #expect {
            _ = try await open()
        } throws: { ($0 as? PersistenceError)?.code == .corrupt }
    }

    @Test("says that a folder is missing")
    func missingFolder() async throws {
        await #expect {
            _ = try await SQLitePersistence.open(path: scratch.path("no/such/x.sqlite"), sealer: MirrorSealer())
        } throws: { error in
            let error = error as? PersistenceError
            return error?.code == .unavailable && error?.message.contains("folder exists") == true
        }
    }

    @Test("leaves no secret readable in its files, nor the files readable to others")
    func secrets() async throws {
        let persistence = try await open()
        let secret = Secret("s3cr3t-CANARY")
        let source = CameraSource(address: "rtsp://a.test", username: "u", password: secret)
        try await persistence.cameras.save(Camera(name: "a", source: source))
        try await persistence.channels.save(.webhook("c", secret: secret.reveal()))
        #expect(try await persistence.cameras.cameras().first?.source.password == secret)
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) {
            let bytes = try Data(contentsOf: scratch.url.appending(path: name))
            #expect(bytes.range(of: Data("CANARY".utf8)) == nil, "\(name)")
            let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path(name))
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0, "\(name)")
        }
    }

    @Test("forgets history by its limits, and keeps what is open or waits")
    func history() async throws {
        let persistence = try await open()
        let camera = CameraID()
        let time = Date(timeIntervalSince1970: 1_790_000_000)
        let buckets = StatisticsInterval.allCases.map { BucketStart(interval: $0, start: time) }
        let observation = Observation.sample(camera: camera, at: time, worn: 1)
        _ = try await persistence.observations.record(observation, in: buckets) { RuleDecision(progress: $1) }
        let limits = HistoryLimits(statistics: [.minute: time + 1, .hour: time], incidents: time, notifications: time)
        try await persistence.observations.expireHistory(limits)
        for (interval, left) in [(StatisticsInterval.minute, 0), (.hour, 1), (.day, 1)] {
            let found = try await persistence.statistics.buckets(
                camera: camera, interval: interval, from: time, to: time + 1)
            #expect(found.count == left)
        }
        let unknown = SnapshotID()
        #expect(
            try await persistence.observations.recorded(among: [observation.snapshotID, unknown])
                == [observation.snapshotID])
    }
}
