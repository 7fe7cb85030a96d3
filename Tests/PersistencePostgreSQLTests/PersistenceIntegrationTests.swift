import Domain
import Foundation
import Persistence
import PersistencePostgreSQL
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@Suite("Persistence in PostgreSQL", .enabled(if: PostgreSQLServer.isThere, "\(PostgreSQLServer.absence)"))
struct PersistenceIntegrationTests {
    private let scratch: ScratchDatabase

    init() async throws { scratch = try await ScratchDatabase.create() }

    private func open(sealer: MirrorSealer = MirrorSealer()) async throws -> PostgreSQLPersistence {
        try await PostgreSQLPersistence.open(url: scratch.url, sealer: sealer)
    }

    private func database() throws -> Database {
        Database(Database.Settings(ConnectionSettings(address: try DatabaseAddress(scratch.url))))
    }

    @Test("keeps the contract of every repository")
    func contract() async throws { try await RepositoryContract(try await open()).check() }

    @Test("records what many analyzers deliver at the same time as one would")
    func concurrency() async throws { try await RepositoryContract(try await open()).recordsAtTheSameTime() }

    @Test("sends every message once and in order, whatever the number of notifiers")
    func claims() async throws { try await RepositoryContract(try await open()).claimsAtTheSameTime() }

    @Test("is migrated once when ten processes start together")
    func together() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 { group.addTask { _ = try await open().cameras.cameras() } }
            try await group.waitForAll()
        }
        let steps = try await database().read { try $0.value("SELECT count(*) FROM schema_version", as: Int.self) }
        #expect(steps == PostgreSQLPersistence.schemaVersion)
    }

    @Test("refuses the schema of a newer version politely, also while it runs")
    func newerSchema() async throws {
        let running = try await open()
        try await running.check()
        try await database().write { try $0.run("INSERT INTO schema_version VALUES (999, now())") }
        for refused in [{ _ = try await open() }, { try await running.check() }] {
            await #expect {
                try await refused()
            } throws: { error in
                let error = error as? PersistenceError
                return error?.code == .schemaTooNew && error?.message.contains("schema 999") == true
            }
        }
    }

    @Test("refuses a key that does not belong to the database")
    func wrongKey() async throws {
        _ = try await open()
        await #expect {
            _ = try await open(sealer: MirrorSealer(mask: 0x11))
        } throws: { ($0 as? PersistenceError)?.code == .wrongKey }
    }

    @Test("leaves no secret readable in its tables")
    func secrets() async throws {
        let persistence = try await open()
        let secret = Secret("s3cr3t-CANARY")
        let source = CameraSource(address: "rtsp://a.test", username: "u", password: secret)
        try await persistence.cameras.save(Camera(name: "a", source: source))
        try await persistence.channels.save(.webhook("c", secret: secret.reveal()))
        #expect(try await persistence.cameras.cameras().first?.source.password == secret)
        let stored = try await database().read { connection in
            try connection.rows("SELECT password FROM cameras UNION ALL SELECT secrets FROM channels") {
                try $0(0, as: Data.self)
            }
        }
        #expect(stored.count == 2)
        #expect(stored.allSatisfy { $0.range(of: Data("CANARY".utf8)) == nil })
    }

    @Test("ends what waits for a lock of somebody else, and its health says so")
    func lockHeld() async throws {
        _ = try await open()
        var settings = Database.Settings(ConnectionSettings(address: try DatabaseAddress(scratch.url)))
        settings.connection.lockTimeout = .milliseconds(100)
        let persistence = try await PostgreSQLPersistence.open(settings, sealer: MirrorSealer())
        let (locked, lock) = AsyncStream.makeStream(of: Void.self)
        let release = DispatchSemaphore(value: 0)
        let other = try database()
        let holder = Task {
            try await other.write { connection in
                try connection.run("LOCK TABLE cameras IN ACCESS EXCLUSIVE MODE")
                lock.finish()
                _ = release.wait(timeout: .now() + 60)
            }
        }
        for await _ in locked {}
        await #expect {
            _ = try await persistence.cameras.cameras()
        } throws: { ($0 as? PersistenceError)?.code == .unavailable && "\($0)".contains("lock") }
        #expect(persistence.health.lastFailure?.error.code == .locked)
        #expect(persistence.health.outage == nil)
        release.signal()
        try await holder.value
        _ = try await persistence.cameras.cameras()
    }

    @Test("evaluates the rules of one camera, and reviews, one at a time, whatever the number of analyzers")
    func oneEvaluation() async throws {
        let camera = Camera(name: "a", source: CameraSource(address: "rtsp://a.test"))
        let first = try await open()
        try await first.cameras.save(camera)
        let inside = Overlap()
        try await withThrowingTaskGroup { group in
            for _ in 0..<3 {
                let analyzer = try await open()
                for _ in 0..<10 {
                    group.addTask {
                        let seen = Observation.sample(camera: camera.id, at: Date(), without: 1)
                        _ = try await analyzer.observations.record(seen) { _ in
                            inside.evaluate()
                            return AnalysisPlan()
                        }
                    }
                    group.addTask {
                        _ = try await analyzer.observations.review(at: Date()) { _ in
                            inside.evaluate()
                            return AnalysisPlan()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.most == 1)
        #expect(inside.evaluations > 30, "the pictures and at least one review")
        #expect(try await first.observations.count() == 30)
    }

    @Test("loses no picture and counts none twice while the server restarts")
    func restart() async throws {
        let server = try await PrivatePostgreSQLServer.start()
        let persistence = try await PostgreSQLPersistence.open(url: server.url, sealer: MirrorSealer())
        let cameras = (0..<4).map { Camera(name: "\($0)", source: CameraSource(address: "rtsp://\($0).test")) }
        for camera in cameras { try await persistence.cameras.save(camera) }
        let start = BucketStart(interval: .day, start: Date(timeIntervalSince1970: 1_790_000_000))
        try await withThrowingTaskGroup { group in
            for camera in cameras {
                group.addTask {
                    for _ in 0..<100 {
                        let seen = Observation.sample(camera: camera.id, at: Date(), without: 1)
                        while (try? await persistence.observations.record(seen, in: [start])) == nil {}
                    }
                }
            }
            group.addTask {
                try await server.restart()
                try await server.kill()
                try await server.start()
            }
            try await group.waitForAll()
        }
        #expect(try await persistence.observations.count() == 400)
        let buckets = try await persistence.statistics.buckets(
            camera: nil, interval: .day, from: start.start, to: start.start + 1)
        #expect(buckets.reduce(0) { $0 + $1.counts.pictures } == 400)
    }
}

/// How many evaluations go on at the same time.
private final class Overlap: Sendable {
    private let counts = Mutex((now: 0, most: 0, all: 0))

    var most: Int { counts.withLock { $0.most } }
    var evaluations: Int { counts.withLock { $0.all } }

    /// Takes long enough for another one to come in between.
    func evaluate() {
        counts.withLock {
            $0.now += 1
            $0.all += 1
            $0.most = max($0.most, $0.now)
        }
        Thread.sleep(forTimeInterval: 0.002)
        counts.withLock { $0.now -= 1 }
    }
}
