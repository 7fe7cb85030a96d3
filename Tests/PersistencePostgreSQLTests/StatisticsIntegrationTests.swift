import Analyzer
import Domain
import Foundation
import Persistence
import PersistencePostgreSQL
import TestSupport
import Testing

@Suite("Statistics in PostgreSQL", .enabled(if: PostgreSQLServer.isThere, "\(PostgreSQLServer.absence)"))
struct StatisticsIntegrationTests {
    private let scratch: ScratchDatabase
    private let persistence: PostgreSQLPersistence
    /// Midnight in Tokyo, 15:00 of the day before in UTC.
    private let midnight = Date(timeIntervalSince1970: 1_789_916_400)
    private let analysis = ObservationAnalysis(timeZone: .gmt)

    init() async throws {
        scratch = try await ScratchDatabase.create()
        persistence = try await PostgreSQLPersistence.open(url: scratch.url, sealer: MirrorSealer())
    }

    private func addCamera() async throws -> Camera {
        let site = Site(name: "Tokyo", timeZone: try #require(TimeZone(identifier: "Asia/Tokyo")))
        try await persistence.sites.save(site)
        let camera = Camera(name: "door", source: CameraSource(address: "rtsp://door.test"), siteID: site.id)
        try await persistence.cameras.save(camera)
        return camera
    }

    private func buckets(_ interval: StatisticsInterval) async throws -> [Date: Int] {
        let range = midnight.addingTimeInterval(-86_400 * 3)..<midnight.addingTimeInterval(86_400 * 3)
        let found = try await persistence.statistics.sums(StatisticsQuery(interval: interval, range: range))
        return Dictionary(uniqueKeysWithValues: found.map { ($0.start, $0.counts.pictures) })
    }

    @Test("count late and repeated pictures once, each in its minute, hour and day by the clock of the site")
    func lateAndRepeated() async throws {
        let camera = try await addCamera()
        let pictures = [-90.0, -30, 30, 3700].map {
            Observation.sample(camera: camera.id, at: midnight.addingTimeInterval($0), without: 1)
        }
        for seen in [pictures[3], pictures[2], pictures[3], pictures[0], pictures[1]] + pictures {
            _ = try await persistence.observations.record(seen) { [analysis] in analysis.plan(seen, $0) }
        }
        let (yesterday, hour) = (midnight.addingTimeInterval(-86_400), 3600.0)
        #expect(try await buckets(.day) == [yesterday: 2, midnight: 2])
        #expect(try await buckets(.hour) == [midnight - hour: 2, midnight: 1, midnight + hour: 1])
        #expect(try await buckets(.minute) == [midnight - 120: 1, midnight - 60: 1, midnight: 1, midnight + 3660: 1])
    }
}
