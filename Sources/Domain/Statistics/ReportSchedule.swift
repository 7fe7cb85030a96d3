package import Foundation

/// When a regular report is sent, and about what.
package struct ReportSchedule: Hashable, Sendable {
    package enum Frequency: String, Codable, Sendable, CaseIterable {
        /// About the day before.
        case daily
        /// On Mondays, about the week before.
        case weekly

        var days: Int { self == .daily ? 1 : 7 }
    }

    package var frequency: Frequency
    /// By the clock on the wall of the site, 0...23.
    package var hour: Int
    /// Nil for all cameras.
    package var siteID: SiteID?

    package init(frequency: Frequency, hour: Int, siteID: SiteID? = nil) {
        self.frequency = frequency
        self.hour = hour
        self.siteID = siteID
    }

    /// What a channel was told; nil if it takes no reports.
    package init?(_ settings: ChannelSettings) {
        guard let frequency = Frequency(rawValue: settings.text(EmailFields.report)) else { return nil }
        self.init(
            frequency: frequency, hour: settings.number(EmailFields.reportHour) ?? 7,
            siteID: SiteID(settings.text(EmailFields.reportSite)))
    }

    /// The newest period whose report is due.
    package func latest(at now: Date, in timeZone: TimeZone) -> ReportPeriod {
        let calendar = LocalMoment.calendar(in: timeZone)
        var end = calendar.startOfDay(for: now)
        if frequency == .weekly { end = calendar.day(end, plus: 1 - LocalMoment(end, in: timeZone).weekday) }
        let due = calendar.date(bySettingHour: hour, minute: 0, second: 0, of: end) ?? end
        if now < due { end = calendar.day(end, plus: -frequency.days) }
        return ReportPeriod(
            frequency: frequency, siteID: siteID, timeZone: timeZone.identifier,
            start: calendar.day(end, plus: -frequency.days), end: end)
    }
}

/// A day or a week of one place, from midnight to midnight there.
package struct ReportPeriod: Hashable, Sendable, Codable {
    package var frequency: ReportSchedule.Frequency
    /// Nil for all cameras.
    package var siteID: SiteID?
    /// An IANA name.
    package var timeZone: String
    package var start: Date
    package var end: Date

    package init(
        frequency: ReportSchedule.Frequency, siteID: SiteID? = nil, timeZone: String, start: Date, end: Date
    ) {
        self.frequency = frequency
        self.siteID = siteID
        self.timeZone = timeZone
        self.start = start
        self.end = end
    }

    package var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }

    /// The hours of a day, the days of a week.
    package var slots: StatisticsSlots { slots(start..<end) }

    /// Those of the day or week before.
    package var slotsBefore: StatisticsSlots {
        slots(LocalMoment.calendar(in: zone).day(start, plus: -frequency.days)..<start)
    }

    private func slots(_ range: Range<Date>) -> StatisticsSlots {
        StatisticsSlots(frequency == .daily ? .hour : .day, covering: range, in: zone)
    }
}

extension Calendar {
    /// Midnight so many days later.
    fileprivate func day(_ midnight: Date, plus days: Int) -> Date {
        date(byAdding: .day, value: days, to: midnight).map { startOfDay(for: $0) } ?? midnight
    }
}
