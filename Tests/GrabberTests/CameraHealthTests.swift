import Domain
import Foundation
import Grabber
import TestSupport
import Testing

@Suite("Camera health")
struct CameraHealthTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let lost = CameraFailure(.connectionLost, "gone")
    private let flawed = CameraFailure(.rejected, "grey")

    @Test("begins offline, comes online with the first picture, and says since when")
    func begin() {
        var health = CameraHealth(interval: 5, last: nil, now: start)
        #expect(health.status.state == .offline && health.status.reason?.code == .starting)
        let snapshot = SnapshotID(at: start)
        health.taken(snapshot, at: start, now: start + 3)
        #expect(health.status.state == .online && health.status.reason == nil)
        #expect(health.status.since == start + 3)
        #expect(health.status.lastSnapshot == snapshot && health.status.taken == 1)
    }

    @Test("does not pass over stored pictures that are still to be announced")
    func leftovers() {
        let old = SnapshotID(at: start - 60)
        let last = CameraStatus(
            state: .online, since: start - 60, lastSnapshotAt: start - 60, lastSnapshot: old, taken: 1)
        var health = CameraHealth(interval: 5, last: last, now: start, hasLeftovers: true)
        let new = SnapshotID(at: start)
        health.taken(new, at: start, now: start)
        #expect(health.status.lastSnapshot == old && health.status.lastSnapshotAt == start)
        health.announcedLate(2, last: SnapshotID(at: start - 30))
        #expect(health.status.lastSnapshot == old && health.status.taken == 4)
        health.announcedLeftovers()
        #expect(health.status.lastSnapshot == new)
    }

    @Test("goes offline with the reason and keeps the time of its first failure")
    func offline() {
        var health = online()
        health.failed(lost, at: start + 10)
        health.failed(CameraFailure(.timeout, "silent"), at: start + 20)
        #expect(health.status.state == .offline && health.status.reason?.code == .timeout)
        #expect(health.status.since == start + 10)
    }

    @Test("is degraded while pictures are refused or left out, and counts them")
    func degraded() {
        var health = online()
        health.rejected("grey", flawed, at: start + 5)
        health.rejected("grey", flawed, at: start + 10)
        health.skipped(3, CameraFailure(.queueFull, "full"), at: start + 15)
        #expect(health.status.state == .degraded && health.status.reason?.code == .queueFull)
        #expect(health.status.rejected == ["grey": 2] && health.status.skipped == 3)
        #expect(health.status.since == start + 5)
    }

    @Test("is no longer online when no picture came for two intervals")
    func late() {
        var health = online()
        health.waited(until: start + 10)
        #expect(health.status.state == .online)
        health.waited(until: start + 12)
        #expect(health.status.state == .degraded && health.status.reason?.code == .late)
    }

    @Test("goes on counting where the last holder stopped")
    func continues() {
        var first = online()
        first.skipped(2, lost, at: start)
        var second = CameraHealth(interval: 5, last: first.status, now: start + 100)
        second.taken(SnapshotID(at: start + 101), at: start + 101, now: start + 101)
        #expect(second.status.taken == 2 && second.status.skipped == 2)
    }

    @Test("has a reason exactly when it is not online", arguments: 0..<20 as Range<UInt64>)
    func reasons(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var health = CameraHealth(interval: 5, last: nil, now: start)
        var now = start
        for _ in 0..<200 {
            now += Double.random(in: 0...20, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: health.failed(lost, at: now)
            case 1: health.taken(SnapshotID(at: now), at: now, now: now)
            case 2: health.rejected("torn", flawed, at: now)
            case 3: health.skipped(1, flawed, at: now)
            default: health.waited(until: now)
            }
            #expect((health.status.reason == nil) == (health.status.state == .online))
            #expect(health.status.since <= now)
        }
    }

    private func online() -> CameraHealth {
        var health = CameraHealth(interval: 5, last: nil, now: start)
        health.taken(SnapshotID(at: start), at: start, now: start)
        return health
    }
}
