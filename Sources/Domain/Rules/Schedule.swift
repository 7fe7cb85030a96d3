package import Foundation

/// The hours of the week at which a rule watches, by the clock on the wall of the site.
///
/// An hour that is left out when the clocks change is never reached; one that comes twice counts twice.
package struct Schedule: Hashable, Sendable, Codable {
    /// Empty means the whole week.
    package var weekly: [WeeklyInterval]
    /// Days on which no interval begins.
    package var holidays: Set<LocalDay>
    /// What counts instead of week and holidays for some time.
    package var override: Override?

    package struct Override: Hashable, Sendable, Codable {
        package var isActive: Bool
        package var until: Date

        package init(isActive: Bool, until: Date) {
            self.isActive = isActive
            self.until = until
        }
    }

    package init(weekly: [WeeklyInterval] = [], holidays: Set<LocalDay> = [], override: Override? = nil) {
        self.weekly = weekly
        self.holidays = holidays
        self.override = override
    }

    package func isActive(at time: Date, in timeZone: TimeZone) -> Bool {
        if let override, time < override.until { return override.isActive }
        let today = LocalMoment(time, in: timeZone)
        if hasInterval(today.weekday, on: today.day, containing: today.minute) { return true }
        // What began yesterday may last until this morning.
        let yesterday = today.before
        return hasInterval(yesterday.weekday, on: yesterday.day, containing: today.minute + WeeklyInterval.minutesADay)
    }

    private func hasInterval(_ weekday: Int, on day: LocalDay, containing minute: Int) -> Bool {
        guard !holidays.contains(day) else { return false }
        if weekly.isEmpty { return minute < WeeklyInterval.minutesADay }
        return weekly.contains { $0.weekday == weekday && $0.minutes.contains(minute) }
    }
}

/// Some hours of one day of the week; one whose end is not after its beginning lasts into the next day.
package struct WeeklyInterval: Hashable, Sendable, Codable {
    /// 1 is Monday, 7 Sunday (ISO 8601).
    package var weekday: Int
    /// Minutes since midnight by the clock on the wall, 0...1439.
    package var from: Int
    /// 1...1440, not included.
    package var to: Int

    static let minutesADay = 1440

    package init(weekday: Int, from: Int, to: Int) {
        self.weekday = weekday
        self.from = from
        self.to = to
    }

    var minutes: Range<Int> { from..<(to > from ? to : to + Self.minutesADay) }
}

/// A date of the calendar, whatever the time zone; `2026-12-24` in JSON.
package struct LocalDay: Hashable, Sendable, Comparable, LosslessStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Nil if there is no such day.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, parts.map(\.count) == [4, 2, 2],
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            DateComponents(calendar: LocalMoment.calendar(in: .gmt), year: year, month: month, day: day).isValidDate
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var description: String {
        func padded(_ number: Int, _ length: Int) -> String {
            String(repeating: "0", count: max(0, length - String(number).count)) + String(number)
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    package static func < (a: Self, b: Self) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }
}

extension LocalDay: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = LocalDay(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a day like 2026-12-24")
        }
        self = day
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What calendar and clock on the wall show.
struct LocalMoment {
    let day: LocalDay
    /// 1 is Monday.
    let weekday: Int
    let minute: Int
    private let calendar: Calendar
    private let time: Date

    init(_ time: Date, in timeZone: TimeZone) { self.init(time, Self.calendar(in: timeZone)) }

    private init(_ time: Date, _ calendar: Calendar) {
        self.time = time
        self.calendar = calendar
        let parts = calendar.dateComponents([.year, .month, .day, .weekday, .hour, .minute], from: time)
        day = LocalDay(year: parts.year ?? 0, month: parts.month ?? 1, day: parts.day ?? 1)
        weekday = ((parts.weekday ?? 1) + 5) % 7 + 1
        minute = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
    }

    /// The day before, at its last moment.
    var before: LocalMoment { LocalMoment(calendar.startOfDay(for: time).addingTimeInterval(-1), calendar) }

    static func calendar(in timeZone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        return calendar
    }
}
