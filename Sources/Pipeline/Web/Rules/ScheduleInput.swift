import Domain
import Foundation

extension FieldReader {
    /// Null means always.
    mutating func schedule(_ name: String, before: Schedule?) -> Schedule? {
        if isNull(name) { return nil }
        return nested(name, isNeeded: false) { Schedule(&$0) } ?? before
    }

    /// A time in ISO 8601; null means none.
    mutating func moment(_ name: String, before: Date?) -> Date? {
        switch optionalText(name, .moment) {
        case .absent: return before
        case .null: return nil
        case .value(let text):
            guard let time = JSON.date(from: text) else {
                fail(name, "This must be a time such as 2026-01-02T03:04:05Z.")
                return nil
            }
            return time
        }
    }
}

extension Schedule {
    static let maximumIntervals = 100
    static let maximumHolidays = 400

    fileprivate init(_ reader: inout FieldReader) {
        let weekly = reader.objects("weekly", limit: Self.maximumIntervals) { WeeklyInterval(&$0) }
        var holidays: Set<LocalDay> = []
        if case .value(let texts) = reader.texts("holidays", limit: Self.maximumHolidays) {
            holidays = Set(texts.compactMap { LocalDay($0) })
            if !texts.allSatisfy({ LocalDay($0) != nil }) {
                reader.fail("holidays", "Each must be a day such as 2026-12-24.")
            }
        }
        let override =
            reader.isNull("override")
            ? nil
            : reader.nested("override", isNeeded: false) { reader in
                let until = reader.moment("until", before: nil)
                if until == nil, !reader.hasError("until") { reader.fail("until", "This is needed.") }
                return Override(isActive: reader.flag("is_active", fallback: false), until: until ?? .distantPast)
            }
        self.init(weekly: weekly, holidays: holidays, override: override)
    }
}

extension WeeklyInterval {
    fileprivate init(_ reader: inout FieldReader) {
        self.init(
            weekday: reader.integer("weekday", in: 1...7, fallback: nil), from: reader.minute("from", isEnd: false),
            to: reader.minute("to", isEnd: true))
    }

    /// `09:30`
    static func text(of minute: Int) -> String {
        let (hours, minutes) = minute.quotientAndRemainder(dividingBy: 60)
        return (hours < 10 ? "0" : "") + String(hours) + (minutes < 10 ? ":0" : ":") + String(minutes)
    }
}

extension FieldReader {
    /// - Parameter isEnd: whether 24:00 is allowed, and 00:00 means it.
    fileprivate mutating func minute(_ name: String, isEnd: Bool) -> Int {
        let parts = text(name, .moment).split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.count == 2 && $0.allSatisfy(\.isASCII) ? Int($0) : nil }
        if parts.count == 2, numbers.count == 2, (0...59).contains(numbers[1]) {
            let minute = numbers[0] * 60 + numbers[1]
            if (0..<1440).contains(minute) || isEnd && minute == 1440 { return isEnd && minute == 0 ? 1440 : minute }
        }
        if !hasError(name) { fail(name, "This must be a time of day such as 09:30.") }
        return isEnd ? 1440 : 0
    }
}

/// A schedule as the API shows it.
struct ScheduleView: Encodable {
    private struct Interval: Encodable {
        let weekday: Int
        let from: String
        let to: String
    }

    private let weekly: [Interval]
    private let holidays: [LocalDay]
    @Nullable private var override: Schedule.Override?

    init(_ schedule: Schedule) {
        weekly = schedule.weekly.map {
            Interval(weekday: $0.weekday, from: WeeklyInterval.text(of: $0.from), to: WeeklyInterval.text(of: $0.to))
        }
        holidays = schedule.holidays.sorted()
        override = schedule.override
    }
}
