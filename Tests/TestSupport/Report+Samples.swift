package import Domain
import Foundation

extension Report {
    /// A day in Madrid with a gap at night, better than the day before.
    package static func sample() -> Report {
        let start = Date(timeIntervalSince1970: 1_790_028_000)
        let period = ReportPeriod(
            frequency: .daily, timeZone: "Europe/Madrid", start: start, end: start.addingTimeInterval(86_400))
        func sums(_ slots: StatisticsSlots, without: Int) -> [StatisticsSum] {
            slots.starts.enumerated().map { hour, start in
                let people = hour < 7 ? 0 : 12 * (20 - abs(14 - hour))
                return StatisticsSum(
                    start: start,
                    counts: SightingCounts(
                        pictures: (2..<5).contains(hour) ? 0 : 360, expected: 360, incidents: hour % 5 == 4 ? 1 : 0,
                        wornCorrectly: people, wornIncorrectly: people / 20, without: people / without,
                        unknown: people / 10))
            }
        }
        return Report(
            period, sums: sums(period.slots, without: 12), before: sums(period.slotsBefore, without: 5))
    }
}
