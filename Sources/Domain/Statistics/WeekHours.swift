package import Foundation

/// Hours of the past laid over one week: what Mondays from 9 to 10 o'clock are like. By the clock on the wall, so that an
/// hour that the clocks repeat counts twice in its place, and one they leave out not at all.
package struct WeekHours: Sendable {
    package struct Cell: Hashable, Sendable {
        /// 1 is Monday.
        package let weekday: Int
        /// 0...23.
        package let hour: Int
        package var counts = SightingCounts()
        /// How many hours of the past fell here.
        package var hours = 0
    }

    /// Monday at 0 o'clock first.
    package private(set) var cells: [Cell]
    private let timeZone: TimeZone

    package init(timeZone: TimeZone) {
        self.timeZone = timeZone
        cells = (0..<168).map { Cell(weekday: $0 / 24 + 1, hour: $0 % 24) }
    }

    package mutating func add(_ counts: SightingCounts, at start: Date) {
        let moment = LocalMoment(start, in: timeZone)
        let index = (moment.weekday - 1) * 24 + moment.minute / 60
        cells[index].counts = cells[index].counts + counts
        cells[index].hours += 1
    }
}
