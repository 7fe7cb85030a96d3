import Domain
import Foundation
import Persistence

/// How long the charts of the pages wait for their figures after 30 days at a picture every 10 s. The roll-ups are written
/// as the analyzer writes them, so any database can be measured.
struct ChartBenchmark {
    struct Times: Codable {
        var p50 = 0.0
        var max = 0.0
    }

    let repositories: any Repositories
    let cameras: [CameraID]
    var runs = 50

    /// - Returns: milliseconds, by chart.
    func run() async throws -> [String: Times] {
        try await fill()
        var times: [String: Times] = [:]
        for (name, query) in charts {
            var all: [Double] = []
            for _ in 0..<runs {
                let time = try await ContinuousClock().measure {
                    _ = try await repositories.statistics.sums(query)
                }
                all.append(time / .milliseconds(1))
            }
            all.sort()
            times[name] = Times(p50: Self.rounded(all[all.count / 2]), max: Self.rounded(all[all.count - 1]))
        }
        return times
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    /// Whole buckets up to now. Minutes are kept for a week, as retention does.
    private func fill() async throws {
        for (interval, days) in [(StatisticsInterval.minute, 7.0), (.hour, 30), (.day, 30)] {
            let slots = StatisticsSlots(interval, covering: now - days * 86_400..<now, in: .gmt)
            let pictures = Int(interval.seconds) / 10
            let counts = SightingCounts(
                pictures: pictures, expected: pictures, incidents: pictures / 100, wornCorrectly: pictures * 2,
                wornIncorrectly: pictures / 10, without: pictures / 5, unknown: pictures / 3)
            for start in stride(from: 0, to: slots.starts.count, by: 200) {
                let buckets = slots.starts[start..<min(start + 200, slots.starts.count)].flatMap { start in
                    cameras.map {
                        StatisticsBucket(cameraID: $0, interval: interval, start: start, counts: counts)
                    }
                }
                _ = try await repositories.observations.review(at: now) { _ in AnalysisPlan(counts: buckets) }
            }
        }
    }

    private let now = Date()

    /// What the statistics page asks for, the longest of each kind: all cameras together, half of them as a site, one alone.
    private var charts: [(String, StatisticsQuery)] {
        let ranges: [(String, StatisticsInterval, Double)] = [
            ("hour by minute", .minute, 3600), ("day by hour", .hour, 86_400), ("week by hour", .hour, 7 * 86_400),
            ("month by day", .day, 30 * 86_400), ("month by hour, the map of the week", .hour, 30 * 86_400),
        ]
        let places: [(String, Set<CameraID>?)] = [
            ("all", nil), ("a site of half", Set(cameras.prefix(cameras.count / 2))), ("one", [cameras[0]]),
        ]
        return ranges.flatMap { range, interval, seconds in
            places.map { place, cameras in
                let slots = StatisticsSlots(interval, covering: now - seconds..<now, in: .gmt)
                return (
                    "\(range), \(place)",
                    StatisticsQuery(cameras: cameras, interval: interval, range: slots.bucketStarts)
                )
            }
        }
    }
}
