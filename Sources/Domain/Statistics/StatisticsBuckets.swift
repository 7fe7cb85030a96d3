package import Foundation

package struct BucketStart: Hashable, Sendable {
    package let interval: StatisticsInterval
    package let start: Date

    package init(interval: StatisticsInterval, start: Date) {
        self.interval = interval
        self.start = start
    }
}

/// What was counted in one bucket by all cameras together.
package struct StatisticsSum: Hashable, Sendable {
    package let start: Date
    package let counts: SightingCounts

    package init(start: Date, counts: SightingCounts) {
        self.start = start
        self.counts = counts
    }
}

/// The time buckets that a moment counts in. Days and hours are those of the site's time zone, so a day has 23 or 25 hours
/// when the clocks change.
package struct StatisticsBuckets: Sendable {
    private let calendar: Calendar

    package init(timeZone: TimeZone) { calendar = LocalMoment.calendar(in: timeZone) }

    package func starts(for time: Date) -> [BucketStart] {
        StatisticsInterval.allCases.map { BucketStart(interval: $0, start: range($0, around: time).lowerBound) }
    }

    /// The bucket that holds the moment.
    package func range(_ interval: StatisticsInterval, around time: Date) -> Range<Date> {
        let unit: Calendar.Component =
            switch interval {
            case .minute: .minute
            case .hour: .hour
            case .day: .day
            }
        guard interval != .minute, let found = calendar.dateInterval(of: unit, for: time) else {
            let minute = Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 60).rounded(.down) * 60)
            return minute..<minute + 60
        }
        return found.start..<found.end
    }
}

/// A stretch of time in whole buckets of one time zone, one after the other, as charts show it: those in which nothing was
/// counted too, and none left out or double when the clocks change.
package struct StatisticsSlots: Hashable, Sendable {
    package let interval: StatisticsInterval
    /// Ascending, at least one.
    package let starts: [Date]
    package let end: Date

    /// - Parameter range: what they cover at least; not empty.
    package init(_ interval: StatisticsInterval, covering range: Range<Date>, in timeZone: TimeZone) {
        self.interval = interval
        let buckets = StatisticsBuckets(timeZone: timeZone)
        var slot = buckets.range(interval, around: range.lowerBound)
        var starts = [slot.lowerBound]
        while slot.upperBound < range.upperBound {
            slot = buckets.range(interval, around: slot.upperBound)
            starts.append(slot.lowerBound)
        }
        self.starts = starts
        end = slot.upperBound
    }

    package var range: Range<Date> { starts[0]..<end }

    /// The starts of the buckets that are shown here. Days of other time zones begin some hours earlier or later: a bucket
    /// is shown where its middle is.
    package var bucketStarts: Range<Date> { starts[0] - interval.seconds / 2..<end - interval.seconds / 2 }

    /// - Returns: one for each slot.
    package func counts(_ sums: [StatisticsSum]) -> [SightingCounts] {
        var counts = Array(repeating: SightingCounts(), count: starts.count)
        for sum in sums where bucketStarts.contains(sum.start) {
            let middle = sum.start + interval.seconds / 2
            let index = starts.partitioningIndex { $0 > middle } - 1
            counts[index] = counts[index] + sum.counts
        }
        return counts
    }
}

extension StatisticsInterval {
    /// The length of most of its buckets.
    package var seconds: TimeInterval {
        switch self {
        case .minute: 60
        case .hour: 3600
        case .day: 86_400
        }
    }
}

extension [Date] {
    /// The first index whose element belongs to the second part of a partitioned list.
    fileprivate func partitioningIndex(_ isSecond: (Date) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
