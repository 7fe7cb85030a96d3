import Domain
import Foundation
import Testing

@Suite("Schedules")
struct ScheduleTests {
    private let madrid = TimeZone(identifier: "Europe/Madrid") ?? .gmt

    private func time(_ text: String) throws -> Date { try #require(JSON.date(from: text)) }

    @Test("hold by the clock on the wall, over midnight and on holidays")
    func week() throws {
        // Friday 22:00 to 06:00; the 25th of December 2026 is a Friday.
        var schedule = Schedule(weekly: [WeeklyInterval(weekday: 5, from: 22 * 60, to: 6 * 60)])
        #expect(try schedule.isActive(at: time("2026-12-25T20:59:59Z"), in: madrid) == false)
        #expect(try schedule.isActive(at: time("2026-12-25T21:00:00Z"), in: madrid))
        #expect(try schedule.isActive(at: time("2026-12-26T04:59:59Z"), in: madrid), "Saturday morning")
        #expect(try schedule.isActive(at: time("2026-12-26T05:00:00Z"), in: madrid) == false)
        schedule.holidays = [LocalDay(year: 2026, month: 12, day: 25)]
        #expect(try schedule.isActive(at: time("2026-12-26T04:00:00Z"), in: madrid) == false, "it began on a holiday")
        #expect(try schedule.isActive(at: time("2027-01-01T22:00:00Z"), in: madrid))
    }

    @Test("last as long as the clock says when it changes")
    func daylightSaving() throws {
        // In Madrid 2026-03-29 has no hour from 2 to 3, 2026-10-25 has it twice; both are Sundays.
        let night = Schedule(weekly: [WeeklyInterval(weekday: 7, from: 2 * 60, to: 3 * 60)])
        func minutes(on day: String) throws -> Int {
            let start = try time("\(day)T00:00:00Z") - 3 * 3600
            return (0..<30 * 60).count { night.isActive(at: start + Double($0) * 60, in: madrid) }
        }
        #expect(try minutes(on: "2026-03-22") == 60)
        #expect(try minutes(on: "2026-03-29") == 0)
        #expect(try minutes(on: "2026-10-25") == 120)
        let day = Schedule(weekly: [WeeklyInterval(weekday: 7, from: 0, to: 1440)])
        let spring = try time("2026-03-28T12:00:00Z")
        #expect((0..<48 * 60).count { day.isActive(at: spring + Double($0) * 60, in: madrid) } == 23 * 60)
    }

    @Test("give way to an override until it ends")
    func override() throws {
        let now = try time("2026-06-01T12:00:00Z")
        var schedule = Schedule(override: .init(isActive: false, until: now + 60))
        #expect(!schedule.isActive(at: now, in: madrid))
        #expect(schedule.isActive(at: now + 60, in: madrid))
        schedule.weekly = [WeeklyInterval(weekday: 7, from: 0, to: 60)]
        schedule.override?.isActive = true
        #expect(schedule.isActive(at: now, in: madrid))
        #expect(!schedule.isActive(at: now + 60, in: madrid))
    }

    @Test("days are those of the calendar", arguments: ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-01", "", "x"])
    func days(_ text: String) {
        #expect(LocalDay(text) == nil)
        #expect(LocalDay("2028-02-29")?.description == "2028-02-29")
    }

    @Test("a rule outside of its hours watches nothing and keeps nothing open")
    func rests() {
        let rule = Rule(name: "a", confirmation: .pictures(1, of: 1), release: .pictures(1, of: 1))
        let (engine, target) = (RuleEngine(), RuleTarget.camera(CameraID()))
        func picture(_ second: Double) -> RuleProgress.Picture {
            let time = Date(timeIntervalSince1970: 1_800_000_000 + second)
            return .init(snapshotID: SnapshotID(at: time), takenAt: time, violatingFaces: 1)
        }
        let opened = engine.decide(rule, RuleProgress(), picture(0), on: target)
        #expect(opened.events.map(\.event) == [.opened])
        let rested = engine.decide(rule, opened.progress, picture(10), on: target, isActive: false)
        #expect(rested.events.map(\.event) == [.closed])
        let late = engine.decide(rule, rested.progress, picture(5), on: target)
        #expect(late.events.isEmpty, "a late picture of the time before opens nothing")
        #expect(engine.decide(rule, rested.progress, picture(11), on: target).events.map(\.event) == [.opened])
    }
}
