package import Foundation

/// The time by which leases end. It goes on with every renewal, by what the database's clock (or the machine's, where the
/// database is a file) went on since the last one, whoever made it, but never back, and never by more than half a life.
///
/// So a clock that is set an hour forward ends no lease of a grabber that renews in time, and one that is set back keeps no
/// dead grabber's cameras from the others. A pause of all grabbers counts as half a life, too: the leases of those that do
/// not come back end with the second or third renewal after it.
package struct LeaseTime: Hashable, Sendable {
    package private(set) var now: Date
    /// What the clock said at the last renewal.
    package private(set) var clock: Date

    package init(now: Date, clock: Date) {
        self.now = now
        self.clock = clock
    }

    /// - Parameters:
    ///   - reading: of the clock.
    ///   - life: of a lease, in seconds. Leases are renewed at a third of it.
    package mutating func advance(to reading: Date, life: Double) {
        now += min(max(0, reading.timeIntervalSince(clock)), life / 2)
        clock = reading
    }

    /// When, by the clock, a lease ends or ended, if nothing changes.
    package func reading(at end: Date) -> Date { clock.addingTimeInterval(end.timeIntervalSince(now)) }
}
