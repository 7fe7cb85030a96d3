import Domain
import Foundation
import Persistence
import PersistencePostgreSQL
import TestSupport
import Testing

/// FAULTS.md, W1: a process may end after any step of its work. Another takes its place, and what is counted in the end is
/// what a run without faults counts.
@Suite(
    "A process that ends in the middle of its work", .serialized,
    .enabled(
        if: PostgreSQLServer.isThere && IntegrationServer.has(SharedWorld.brokerVariable),
        "no PostgreSQL or RabbitMQ server: scripts/integration starts both"))
struct CrashPointIntegrationTests {
    private static let seeds = 20

    @Test("W1: leaves the statistics of a run without faults", arguments: CrashPoint.allCases)
    func statistics(of point: CrashPoint) async throws {
        let world = try await SharedWorld()
        // Many on one camera: the first two pictures open an incident, and none closes it.
        try await world.persistence.rules.save(Rule(name: "no mask"))
        let others = CrashPoint.Role.allCases.filter { $0 != point.role }
        var cameras: [(seed: Int, undisturbed: CameraID, disturbed: CameraID)] = []
        try await withRunning(others, in: world) {
            for seed in 0..<Self.seeds {
                let undisturbed = try await run(seed, in: world) { pictures, camera in
                    try await self.withRunning([point.role], in: world) {
                        try await world.take(pictures, of: camera, .long)
                        try await self.waitUntilCounted(camera, in: world)
                    }
                }
                let disturbed = try await run(seed, in: world) { pictures, camera in
                    try await self.crash(at: point, seed, pictures, of: camera, in: world)
                }
                cameras.append((seed, undisturbed, disturbed))
            }
        }
        try await workOffCopies(in: world)
        for (seed, undisturbed, disturbed) in cameras {
            let (expected, counted) = try await (counted(undisturbed, in: world), counted(disturbed, in: world))
            #expect(counted == expected, "seed \(seed)")
        }
        try await world.remove()
    }

    /// Takes the pictures of the seed with a camera of their own.
    private func run(
        _ seed: Int, in world: SharedWorld, _ body: ([PlannedPicture], CameraID) async throws -> Void
    ) async throws -> CameraID {
        var random = SeededGenerator(seed: UInt64(seed))
        let camera = Camera(name: UUID().uuidString, source: CameraSource(address: "rtsp://camera.test"))
        try await world.persistence.cameras.save(camera)
        try await body(PlannedPicture.series(&random), camera.id)
        return camera.id
    }

    /// Until no second copy of a message is left. A worker that is stopped gives back what it held: it takes several turns.
    private func workOffCopies(in world: SharedWorld) async throws {
        let isEmpty = try await eventually {
            try await self.withRunning(CrashPoint.Role.allCases, in: world) {
                _ = try await eventually { try await world.left().waiting == 0 }
            }
            return try await world.left().waiting == 0
        }
        #expect(isEmpty)
        let dead = try await world.left().dead
        #expect(dead == 0)
    }

    private func crash(
        at point: CrashPoint, _ seed: Int, _ pictures: [PlannedPicture], of camera: CameraID, in world: SharedWorld
    ) async throws {
        var random = SeededGenerator(seed: UInt64(seed) &+ 1_000_000)
        let life = Life(endsAt: point, occurrence: Int.random(in: 1...pictures.count, using: &random))
        if point.role == .grabber {
            try await world.take(pictures, of: camera, life)
            #expect(life.isOver)
            try await world.take(pictures, of: camera, .long)
            return try await waitUntilCounted(camera, in: world)
        }
        let doomed = Task { try await world.work(as: point.role, life) }
        try await world.take(pictures, of: camera, .long)
        let ended = await eventually { life.isOver }
        #expect(ended, "it got as far as \(point)")
        doomed.cancel()
        try await doomed.value
        try await withRunning([point.role], in: world) { try await waitUntilCounted(camera, in: world) }
    }

    private struct Counted: Equatable {
        let interval: StatisticsInterval
        let start: Date
        let counts: SightingCounts
    }

    private func counted(_ camera: CameraID, in world: SharedWorld) async throws -> [Counted] {
        var all: [Counted] = []
        for interval in StatisticsInterval.allCases {
            let query = StatisticsQuery(
                cameras: [camera], interval: interval,
                range: SharedWorld.start.addingTimeInterval(-86_400)..<SharedWorld.start.addingTimeInterval(86_400))
            all += try await world.persistence.statistics.sums(query).map {
                Counted(interval: interval, start: $0.start, counts: $0.counts)
            }
        }
        return all
    }

    private func waitUntilCounted(_ camera: CameraID, in world: SharedWorld) async throws {
        let isCounted = try await eventually {
            try await self.counted(camera, in: world).first?.counts.pictures ?? 0 >= 8
        }
        #expect(isCounted, "every picture is counted")
    }

    private func withRunning(
        _ roles: [CrashPoint.Role], in world: SharedWorld, _ body: () async throws -> Void
    ) async throws {
        let workers = roles.filter { $0 != .grabber }.map { role in Task { try await world.work(as: role, .long) } }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for worker in workers { worker.cancel() }
        for worker in workers { try await worker.value }
        try result.get()
    }
}
