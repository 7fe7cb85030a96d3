import Analyzer
import Domain
import Foundation
import Persistence
import Testing

extension RepositoryContract {
    /// Shots of a burst in any order, each of them twice, and pictures that come days late: the bucket in which the burst or
    /// the picture was taken has it once, by the clock of the site.
    func countsLateAndDouble() async throws {
        let zone = try #require(TimeZone(identifier: "Europe/Madrid"))
        let shop = Site(name: "late", timeZone: zone)
        try await sites.save(shop)
        var random = SeededGenerator(seed: 3)
        let analysis = ObservationAnalysis(timeZone: .gmt)
        for round in 0..<6 {
            let camera = Camera(
                name: "late \(round)", source: CameraSource(address: "rtsp://l.test"), siteID: shop.id,
                createdAt: Self.time(1))
            try await cameras.save(camera)
            // It begins in the last second of a minute, and of a day in Madrid.
            let midnight = try #require(JSON.date(from: "2026-10-25T23:00:00Z"))
            let burst = shots(of: camera.id, from: midnight - 0.9)
            let late = (1...3).map { daysAgo in
                Observation.sample(
                    camera: camera.id, at: midnight - Double(daysAgo) * 86_400 - 7200, without: 1, worn: 2)
            }
            for seen in (burst + late + burst + late).shuffled(using: &random) {
                _ = try await observations.record(seen) { analysis.plan(seen, $0) }
            }
            try await checkBuckets(of: camera.id, before: midnight, StatisticsBuckets(timeZone: zone))
            _ = try await cameras.remove(camera.id)
        }
        _ = try await sites.remove(shop.id)
        _ = try await observations.expire(before: Self.time(100 * 86_400), limit: 1000)
    }

    /// Three shots half a second apart of three faces that stay: the votes are without, without; worn, worn, unknown; and
    /// one seen in a single shot only, which stays unknown.
    private func shots(of camera: CameraID, from start: Date) -> [Observation] {
        let states: [[MaskState]] = [
            [.without, .wornCorrectly], [.without, .wornCorrectly, .without], [.without, .unknown],
        ]
        let first = SnapshotID(at: start)
        return states.enumerated().map { shot, states in
            let time = start + Double(shot) / 2
            let id = shot == 0 ? first : SnapshotID(at: time)
            let faces = states.enumerated().map { index, state in
                Face(
                    box: Box(x: Float(index) * 100, y: 10, width: 40, height: 50), score: 0.9, mask: state,
                    maskScore: 0.8,
                    maskScores: [state: 0.8])
            }
            return Observation(
                snapshotID: id, cameraID: camera, takenAt: time, objectKey: .snapshot(id, camera: camera), width: 640,
                height: 480, faces: faces, burst: BurstPlace(id: first, shot: shot, shots: 3))
        }
    }

    private func checkBuckets(of camera: CameraID, before midnight: Date, _ buckets: StatisticsBuckets) async throws {
        let burst = SightingCounts(pictures: 3, wornCorrectly: 1, without: 1, unknown: 1)
        let late = SightingCounts(pictures: 1, wornCorrectly: 2, without: 1)
        let moments = [(midnight - 0.9, burst)] + (1...3).map { (midnight - Double($0) * 86_400 - 7200, late) }
        for interval in StatisticsInterval.allCases {
            let expected = moments.map { time, counts in
                StatisticsSum(start: buckets.range(interval, around: time).lowerBound, counts: counts)
            }
            let query = StatisticsQuery(
                cameras: [camera], interval: interval, range: midnight - 10 * 86_400..<midnight + 86_400)
            #expect(try await statistics.sums(query) == expected.sorted { $0.start < $1.start }, "\(interval)")
        }
    }
}
