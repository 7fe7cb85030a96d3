import Domain
package import Foundation
package import Persistence

/// The time buckets that a moment counts in. Days and hours are those of the site's time zone, so a day has 23 or 25 hours
/// when the clocks change.
package struct StatisticsBuckets: Sendable {
    private let calendar: Calendar

    package init(timeZone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        self.calendar = calendar
    }

    package func starts(for time: Date) -> [BucketStart] {
        let minute = (time.timeIntervalSince1970 / 60).rounded(.down) * 60
        return [
            BucketStart(interval: .minute, start: Date(timeIntervalSince1970: minute)),
            BucketStart(interval: .hour, start: calendar.dateInterval(of: .hour, for: time)?.start ?? time),
            BucketStart(interval: .day, start: calendar.startOfDay(for: time)),
        ]
    }
}
