import Domain
import Foundation
import TestSupport
import Testing

/// What the users of other systems complain of, over an hour of many cameras.
@Suite("Cameras that hover at the threshold")
struct RuleEpisodeTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    @Test("N2: 100 cameras for an hour: one open and one close for each real episode")
    func hundredCameras() {
        let rule = Rule(
            name: "crowd", condition: .faces(FacesCondition(minimumFaces: 5, releaseFaces: 1)),
            confirmation: .pictures(3, of: 5), release: .pictures(8, of: 10))
        var random = SeededGenerator(seed: 7)
        for number in 0..<100 {
            let episodes = number % 4
            let events = run(rule, counts(episodes: episodes, &random))
            #expect(events.count { $0.event == .opened } == episodes, "camera \(number)")
            #expect(events.count { $0.event == .closed } == episodes, "camera \(number)")
            #expect(events.allSatisfy { $0.event != .updated || $0.incident.peakFaces <= 6 })
        }
    }

    /// A picture every 5 s. Between episodes the count stays below the threshold but for single pictures; in one, it hovers
    /// at the threshold for five minutes.
    private func counts(episodes: Int, _ random: inout SeededGenerator) -> [Int] {
        let ticks = 720
        let begins = (0..<episodes).map { 60 + $0 * 200 }
        return (0..<ticks).map { tick in
            let isEpisode = begins.contains { ($0..<$0 + 60).contains(tick) }
            if isEpisode { return Int.random(in: 4...6, using: &random) }
            // One picture in ten is wrong by a crowd, never two close together.
            return tick.isMultiple(of: 10) ? 5 : Int.random(in: 0...1, using: &random)
        }
    }

    private func run(_ rule: Rule, _ counts: [Int]) -> [RuleDecision.Event] {
        let target = RuleTarget.camera(CameraID())
        var progress = RuleProgress()
        return counts.enumerated().flatMap { tick, faces in
            let time = Self.start + Double(tick) * 5
            let picture = RuleProgress.Picture(
                snapshotID: SnapshotID(at: time), takenAt: time, violatingFaces: faces)
            let decision = RuleEngine().decide(rule, progress, picture, on: target)
            progress = decision.progress
            return decision.events
        }
    }

    @Test("a lasting state needs pictures: a gap of more than ten minutes breaks it")
    func gap() {
        let rule = Rule(name: "long", confirmation: .seconds(900), release: .seconds(0))
        let target = RuleTarget.camera(CameraID())
        var progress = RuleProgress()
        func opens(at second: Double) -> Bool {
            let time = Self.start + second
            let picture = RuleProgress.Picture(snapshotID: SnapshotID(at: time), takenAt: time, violatingFaces: 1)
            let decision = RuleEngine().decide(rule, progress, picture, on: target)
            progress = decision.progress
            return !decision.events.isEmpty
        }
        #expect([0, 300, 1000].map(opens) == [false, false, false])
        #expect([1400, 1899].map(opens) == [false, false])
        #expect(opens(at: 1900))
        #expect(progress.incident?.openedAt == Self.start + 1000)
    }

    @Test("compliance is that of the window, whatever the order of arrival, and needs enough faces")
    func compliance() {
        let rule = Rule(
            name: "compliance",
            condition: .compliance(ComplianceCondition(below: 0.8, window: 600, minimumFaces: 10, release: 0.9)),
            confirmation: .pictures(1, of: 1), release: .pictures(1, of: 1))
        let target = RuleTarget.camera(CameraID())
        var progress = RuleProgress()
        func feed(_ second: Double, violating: Int, judged: Int) -> [IncidentEvent] {
            let time = Self.start + second
            let picture = RuleProgress.Picture(
                snapshotID: SnapshotID(at: time), takenAt: time, violatingFaces: violating, judgedFaces: judged)
            let decision = RuleEngine().decide(rule, progress, picture, on: target)
            progress = decision.progress
            return decision.events.map(\.event)
        }
        #expect(feed(0, violating: 3, judged: 3).isEmpty, "too few faces")
        #expect(feed(60, violating: 0, judged: 12).isEmpty, "0.8 is not below 0.8")
        #expect(feed(30, violating: 1, judged: 1).isEmpty, "late: its own window has too few faces")
        #expect(feed(120, violating: 0, judged: 0) == [.opened], "and the next sees it")
        #expect(feed(640, violating: 0, judged: 10) == [.closed], "the first ones have left the window")
    }
}
