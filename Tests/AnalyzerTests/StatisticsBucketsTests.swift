import Analyzer
import Domain
import Foundation
import Persistence
import Testing

@Suite("Statistics buckets")
struct StatisticsBucketsTests {
    private func day(_ text: String, _ zone: String) throws -> Date {
        let buckets = StatisticsBuckets(timeZone: try #require(TimeZone(identifier: zone)))
        let time = try #require(JSON.date(from: text))
        return try #require(buckets.starts(for: time).first { $0.interval == .day }?.start)
    }

    @Test("begin days at midnight of the site")
    func midnight() throws {
        #expect(try day("2026-07-01T22:30:00Z", "Europe/Madrid") == JSON.date(from: "2026-07-01T22:00:00Z"))
        #expect(try day("2026-07-01T21:30:00Z", "Europe/Madrid") == JSON.date(from: "2026-06-30T22:00:00Z"))
    }

    @Test("T1: keep the two hours apart that have the same name when the clocks go back")
    func clockChange() throws {
        let buckets = StatisticsBuckets(timeZone: try #require(TimeZone(identifier: "Europe/Madrid")))
        let times = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].compactMap { JSON.date(from: $0) }
        let hours = times.compactMap { time in buckets.starts(for: time).first { $0.interval == .hour }?.start }
        #expect(hours == ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"].compactMap { JSON.date(from: $0) })
    }

    @Test("contain the moment they are made for", arguments: 0..<60)
    func contains(week: Int) throws {
        let time = Date(timeIntervalSince1970: 1_780_000_000 + Double(week) * 7.3 * 86_400)
        let buckets = StatisticsBuckets(timeZone: try #require(TimeZone(identifier: "Asia/Kathmandu")))
        let limits: [StatisticsInterval: Double] = [.minute: 60, .hour: 3600, .day: 90_000]
        for bucket in buckets.starts(for: time) {
            let offset = time.timeIntervalSince(bucket.start)
            #expect(offset >= 0 && offset < limits[bucket.interval] ?? 0)
        }
    }
}
