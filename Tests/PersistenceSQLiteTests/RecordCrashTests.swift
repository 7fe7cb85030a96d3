import Domain
import Foundation
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@Suite("A database whose process is killed")
struct RecordCrashTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("has everything that was recorded, and statistics that agree with it, however often")
    func kill() async throws {
        for _ in 0..<5 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = scratch.url.path as String] in
                dieSuddenly(after: .milliseconds(Int.random(in: 100...400)))
                try await RecordChild(folder: folder).workUntilKilled()
            }
        }
        let persistence = try await RecordChild(folder: scratch.url.path).open()
        let all = try await persistence.observations.observations(camera: nil, before: nil, limit: 1_000_000)
        let stored = Set(all.map(\.snapshotID.description))
        let told = Witness.lines(at: scratch.path("recorded"))
        #expect(!told.isEmpty)
        #expect(told.isSubset(of: stored), "what was recorded is there")
        #expect(try await persistence.observations.count() == all.count)
        try await expectStatistics(persistence, of: all)
        for observation in all {
            let again = try await persistence.observations.record(observation, in: RecordChild.buckets) {
                RuleDecision(progress: $1)
            }
            #expect(!again.isNew)
        }
        try await expectStatistics(persistence, of: all)
    }

    private func expectStatistics(_ persistence: SQLitePersistence, of all: [Observation]) async throws {
        let buckets = try await persistence.statistics.buckets(
            camera: nil, interval: .day, from: .distantPast, to: .distantFuture)
        #expect(buckets.reduce(0) { $0 + $1.counts.pictures } == all.count)
        #expect(buckets.reduce(0) { $0 + $1.counts.without } == all.reduce(0) { $0 + $1.count(of: .without) })
    }
}

/// What runs in the process that is killed: cameras side by side, each record witnessed.
private struct RecordChild {
    static let buckets = [BucketStart(interval: .day, start: Date(timeIntervalSince1970: 1_790_000_000))]

    let folder: String

    func open() async throws -> SQLitePersistence {
        try await SQLitePersistence.open(path: folder + "/maskwatch.sqlite", sealer: MirrorSealer())
    }

    func workUntilKilled() async throws {
        let persistence = try await open()
        let recorded = try Witness(path: folder + "/recorded")
        await withThrowingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    let camera = CameraID()
                    while true {
                        let seen = Observation.sample(camera: camera, at: Date(), without: 2, worn: 1)
                        _ = try await persistence.observations.record(seen, in: Self.buckets) {
                            RuleDecision(progress: $1)
                        }
                        recorded.write(seen.snapshotID.description)
                    }
                }
            }
        }
    }
}
