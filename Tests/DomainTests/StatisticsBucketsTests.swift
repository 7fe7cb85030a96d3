import Domain
import Foundation
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

@Suite("Slots of charts")
struct StatisticsSlotsTests {
    private func slots(
        _ interval: StatisticsInterval, _ from: String, _ to: String, _ zone: String = "Europe/Madrid"
    ) throws -> StatisticsSlots {
        let range = try #require(JSON.date(from: from))..<(try #require(JSON.date(from: to)))
        return StatisticsSlots(interval, covering: range, in: try #require(TimeZone(identifier: zone)))
    }

    @Test(
        "T1: no hour and no day is missing or double when the clocks change",
        arguments: [
            ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23), ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25),
        ])
    func clockChange(_ from: String, _ to: String, _ hours: Int) throws {
        let day = try slots(.hour, from, to)
        #expect(day.starts.count == hours && day.end == JSON.date(from: to))
        #expect(zip(day.starts, day.starts.dropFirst()).allSatisfy { $1.timeIntervalSince($0) == 3600 })
        #expect(try slots(.day, from, to).starts == [try #require(JSON.date(from: from))])
        let around = StatisticsSlots(
            .day, covering: day.starts[0] - 10 * 86_400..<day.end + 10 * 86_400,
            in: try #require(TimeZone(identifier: "Europe/Madrid")))
        #expect(around.starts.count == 21)
    }

    @Test("grow to whole buckets, and keep what is whole")
    func whole() throws {
        let grown = try slots(.day, "2026-07-01T21:59:00Z", "2026-07-03T22:01:00Z")
        #expect(
            grown.starts.map(JSON.text) == [
                "2026-06-30T22:00:00.000Z", "2026-07-01T22:00:00.000Z", "2026-07-02T22:00:00.000Z",
                "2026-07-03T22:00:00.000Z",
            ])
        #expect(try slots(.minute, "2026-07-01T00:00:00Z", "2026-07-01T00:02:00Z").starts.count == 2)
    }

    @Test(
        "hold every bucket once, days of other time zones on their date",
        arguments: ["Asia/Tokyo", "America/Los_Angeles", "Europe/Madrid"])
    func otherZones(_ zone: String) throws {
        let shown = try slots(.day, "2026-10-20T00:00:00Z", "2026-10-30T00:00:00Z")
        let theirs = try slots(.day, "2026-10-10T00:00:00Z", "2026-11-10T00:00:00Z", zone)
        let sums = theirs.starts.enumerated().map {
            StatisticsSum(start: $1, counts: SightingCounts(pictures: 1 << $0))
        }
        let counts = shown.counts(sums)
        #expect(counts.allSatisfy { $0.pictures.nonzeroBitCount == 1 })
        #expect(zip(counts, counts.dropFirst()).allSatisfy { $1.pictures == $0.pictures * 2 })
        #expect(sums.filter { shown.bucketStarts.contains($0.start) }.count == shown.starts.count)
    }
}
