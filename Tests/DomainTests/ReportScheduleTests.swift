import Domain
import Foundation
import Testing

@Suite("Regular reports")
struct ReportScheduleTests {
    private func latest(_ schedule: ReportSchedule, at now: String, in zone: String = "Europe/Madrid") throws
        -> [String]
    {
        let period = schedule.latest(
            at: try #require(JSON.date(from: now)), in: try #require(TimeZone(identifier: zone)))
        return [period.start, period.end].map { JSON.text(of: $0) }
    }

    @Test("are about the day before, from its hour on by the clock of the site")
    func daily() throws {
        let schedule = ReportSchedule(frequency: .daily, hour: 7)
        let before = ["2026-06-29T22:00:00.000Z", "2026-06-30T22:00:00.000Z"]
        #expect(try latest(schedule, at: "2026-07-02T04:59:59Z") == before)
        #expect(
            try latest(schedule, at: "2026-07-02T05:00:00Z") == [
                "2026-06-30T22:00:00.000Z", "2026-07-01T22:00:00.000Z",
            ])
        #expect(
            try latest(schedule, at: "2026-07-02T05:00:00Z", in: "America/New_York") == [
                "2026-06-30T04:00:00.000Z", "2026-07-01T04:00:00.000Z",
            ])
    }

    @Test("come on Mondays about the week before")
    func weekly() throws {
        let schedule = ReportSchedule(frequency: .weekly, hour: 0)
        let week = ["2026-06-21T22:00:00.000Z", "2026-06-28T22:00:00.000Z"]
        #expect(try latest(schedule, at: "2026-06-28T22:00:00Z") == week, "Monday at 0 o'clock")
        #expect(try latest(schedule, at: "2026-07-05T21:59:59Z") == week, "until Sunday is over")
    }

    @Test("T1: a day on which the clocks change is one day, and has its 23 or 25 hours")
    func clockChange() throws {
        let schedule = ReportSchedule(frequency: .daily, hour: 2)
        let zone = try #require(TimeZone(identifier: "Europe/Madrid"))
        for (now, hours, before) in [
            ("2026-03-30T12:00:00Z", 23, 24), ("2026-03-31T12:00:00Z", 24, 23), ("2026-10-26T12:00:00Z", 25, 24),
        ] {
            let period = schedule.latest(at: try #require(JSON.date(from: now)), in: zone)
            #expect(period.slots.starts.count == hours && period.slotsBefore.starts.count == before)
            #expect(period.slotsBefore.end == period.start)
        }
        #expect(
            try latest(schedule, at: "2026-03-29T01:00:00Z")
                == latest(ReportSchedule(frequency: .daily, hour: 0), at: "2026-03-29T01:00:00Z"),
            "an hour that is left out comes at once")
    }

    @Test("add up, and name the times with less than half of the planned pictures")
    func figures() throws {
        let start = try #require(JSON.date(from: "2026-07-01T00:00:00Z"))
        let period = ReportPeriod(frequency: .daily, timeZone: "GMT", start: start, end: start + 86_400)
        let sums = (0..<24).map { hour in
            StatisticsSum(
                start: start + Double(hour) * 3600,
                counts: SightingCounts(
                    pictures: [3, 4, 9].contains(hour) ? 4 : 10, expected: 10, wornCorrectly: 3, without: 1))
        }
        let report = Report(
            period, sums: sums, before: [StatisticsSum(start: start - 3600, counts: SightingCounts(incidents: 2))])
        #expect(report.total.pictures == 222 && report.total.compliance == 0.75 && report.totalBefore.incidents == 2)
        #expect(report.gaps == [start + 3 * 3600..<start + 5 * 3600, start + 9 * 3600..<start + 10 * 3600])
    }
}
