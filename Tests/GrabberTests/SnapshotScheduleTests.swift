import Domain
import Grabber
import TestSupport
import Testing

@Suite("Snapshot schedule")
struct SnapshotScheduleTests {
    @Test("takes bursts by every, shots and spacing")
    func bursts() {
        let sampling = Sampling(every: 10, shots: 3, spacing: 0.5)
        var schedule = SnapshotSchedule(sampling: sampling, phase: 0, start: 100)
        let due = (0..<7).map { _ in schedule.next(now: 100).shot }
        #expect(due.map(\.dueAt) == [100, 100.5, 101, 110, 110.5, 111, 120])
        #expect(due.map(\.index) == [0, 1, 2, 0, 1, 2, 0])
        #expect(due.allSatisfy { $0.count == 3 })
    }

    @Test("skips what is overdue, counts it, and keeps to its grid")
    func slips() {
        var schedule = SnapshotSchedule(sampling: Sampling(every: 10, shots: 2), phase: 0, start: 0)
        _ = schedule.next(now: 0)
        let late = schedule.next(now: 34)
        #expect(late.shot.dueAt == 30 && late.shot.index == 0)
        // Shot 1 of burst 0 and the bursts 1 and 2.
        #expect(late.skipped == 5)
        #expect(schedule.next(now: 34).skipped == 0)
    }

    @Test("takes or counts every shot exactly once, whatever the delays", arguments: 0..<20 as Range<UInt64>)
    func conservation(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let sampling = Sampling(
            every: Double.random(in: 1...20, using: &random), shots: Int.random(in: 1...4, using: &random),
            spacing: 0.1)
        var schedule = SnapshotSchedule(sampling: sampling, phase: .random(in: 0..<1, using: &random), start: 0)
        var now = 0.0
        var seen = 0
        for _ in 0..<500 {
            let (shot, skipped) = schedule.next(now: now)
            let planned = seen + skipped
            #expect(planned % sampling.shots == shot.index)
            #expect(skipped >= 0)
            seen = planned + 1
            now = max(now, shot.dueAt) + Double.random(in: 0...(2 * sampling.every), using: &random)
        }
    }

    @Test("does not count an outage and goes on with the burst that is due")
    func outage() {
        var schedule = SnapshotSchedule(sampling: Sampling(every: 5), phase: 0, start: 0)
        _ = schedule.next(now: 0)
        schedule.resume(now: 63)
        let (shot, skipped) = schedule.next(now: 63)
        #expect(skipped == 0)
        #expect(shot.dueAt == 60)
    }

    @Test("the first picture comes soon, the others lie anywhere in a long interval")
    func longInterval() {
        let dues = (0..<60).map { camera in
            var schedule = SnapshotSchedule(sampling: Sampling(every: 60), phase: Double(camera) / 60, start: 0)
            return (0..<5).map { _ in schedule.next(now: 0).shot.dueAt }
        }
        for due in dues {
            #expect((0..<SnapshotSchedule.maximumSpread).contains(due[0]))
            #expect((30..<90).contains(due[1] - due[0]))
            #expect(due[3] - due[2] == 60 && due[2] - due[1] == 60)
        }
        for second in 180..<240 {
            #expect(dues.joined().count { abs($0 - Double(second)) < 0.5 } == 1, "one camera each second")
        }
    }

    @Test("spreads many cameras over the interval")
    func spread() {
        let phases = (0..<1000).map { _ in CameraID().phase }
        for tenth in 0..<10 {
            let count = phases.count { Int($0 * 10) == tenth }
            #expect((50...150).contains(count))
        }
    }
}
