import Domain
import Foundation
import TestSupport
import Testing

/// A camera and a rule, fed with counts of faces without mask, one picture a second.
private struct Series {
    let rule: Rule
    let camera = CameraID()
    var progress = RuleProgress()
    var events: [RuleDecision.Event] = []

    init(minimumFaces: Int = 1, confirmation: Int, release: Int) {
        rule = Rule(
            name: "test", condition: .faces(FacesCondition(minimumFaces: minimumFaces)),
            confirmation: .pictures(confirmation, of: confirmation), release: .pictures(release, of: release))
    }

    func picture(_ second: Int, faces: Int, unknown: Int = 0) -> Observation {
        let time = Date(timeIntervalSince1970: 1_800_000_000 + Double(second))
        let id = SnapshotID(at: time)
        func face(_ state: MaskState) -> Face {
            Face(box: Box(x: 0, y: 0, width: 9, height: 9), score: 1, mask: state, maskScore: 1, maskScores: [:])
        }
        return Observation(
            snapshotID: id, cameraID: camera, takenAt: time, objectKey: .snapshot(id, camera: camera), width: 9,
            height: 9,
            faces: (0..<faces).map { _ in face(.without) } + (0..<unknown).map { _ in face(.unknown) })
    }

    mutating func feed(_ observation: Observation) {
        let target = RuleTarget.camera(camera)
        let picture = RuleScene(observation, zones: []).picture(for: rule, on: target)
        let decision = RuleEngine().decide(rule, progress, picture, on: target)
        progress = decision.progress
        events += decision.events
    }

    mutating func feed(_ counts: [Int]) {
        for (second, faces) in counts.enumerated() { feed(picture(second, faces: faces)) }
    }

    var kinds: [IncidentEvent] { events.map(\.event) }
}

@Suite("The rule engine")
struct RuleEngineTests {
    @Test("opens after K violating pictures in a row and closes after L without")
    func opensAndCloses() {
        var series = Series(confirmation: 2, release: 3)
        series.feed([1, 0, 1, 2, 1, 0, 0, 1, 0, 0, 0, 0])
        #expect(series.kinds == [.opened, .updated, .updated, .closed])
        let closed = series.events[3].incident
        #expect(closed.peakFaces == 2)
        #expect(closed.pictures == 4)
        #expect(closed.closedAt == series.picture(10, faces: 0).takenAt)
        #expect(series.progress.incident == nil)
    }

    @Test("never counts unknown faces")
    func unknown() {
        var series = Series(confirmation: 1, release: 1)
        series.feed(series.picture(0, faces: 0, unknown: 5))
        #expect(series.events.isEmpty)
    }

    @Test("counts pictures in the order in which they were taken")
    func outOfOrder() {
        var series = Series(confirmation: 3, release: 2)
        let pictures = (0..<3).map { series.picture($0, faces: 1) }
        for index in [2, 0] { series.feed(pictures[index]) }
        #expect(series.events.isEmpty)
        series.feed(pictures[1])
        #expect(series.kinds == [.opened])
        #expect(series.events[0].incident.openedAt == pictures[0].takenAt)
    }

    @Test("lets a clear picture that arrives late break a series that is not decided yet")
    func lateClear() {
        var series = Series(confirmation: 3, release: 2)
        series.feed(series.picture(0, faces: 1))
        series.feed(series.picture(2, faces: 1))
        series.feed(series.picture(1, faces: 0))
        series.feed(series.picture(3, faces: 1))
        #expect(series.events.isEmpty)
        series.feed(series.picture(4, faces: 1))
        #expect(series.kinds == [.opened])
    }

    @Test("changes nothing when a picture comes twice or after a later decision")
    func repeats() {
        var series = Series(confirmation: 2, release: 2)
        let first = series.picture(0, faces: 1)
        series.feed(first)
        series.feed(first)
        #expect(series.events.isEmpty)
        series.feed(series.picture(1, faces: 1))
        let opened = series.progress
        series.feed(first)
        #expect(series.progress == opened)
    }

    @Test("tells people again only when it got worse")
    func notifies() {
        var series = Series(confirmation: 1, release: 1)
        series.feed([1, 1, 3, 2])
        #expect(series.events.map(\.notifies) == [true, false, true, false])
    }

    @Test("agrees with a simple model over random sequences", arguments: 0..<60)
    func model(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            let confirmation = Int.random(in: 1...4, using: &random)
            let release = Int.random(in: 1...4, using: &random)
            let counts = (0..<60).map { _ in Int.random(in: 0...2, using: &random) }
            var series = Series(minimumFaces: 1, confirmation: confirmation, release: release)
            series.feed(counts)
            let transitions = series.kinds.filter { $0 != .updated }
            #expect(transitions == Self.expected(counts, confirmation: confirmation, release: release))
        }
    }

    @Test("never has two open incidents whatever the order of arrival", arguments: 0..<100)
    func shuffled(seed: Int) {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        var series = Series(confirmation: 2, release: 2)
        let pictures = (0..<80).map { series.picture($0, faces: Int.random(in: 0...1, using: &random)) }
        for start in stride(from: 0, to: 80, by: 8) {
            for picture in pictures[start..<start + 8].shuffled(using: &random) { series.feed(picture) }
        }
        var isOpen = false
        for event in series.events {
            switch event.event {
            case .opened:
                #expect(!isOpen)
                #expect(event.incident.pictures == 2)
                isOpen = true
            case .updated: #expect(isOpen)
            case .closed:
                #expect(isOpen)
                isOpen = false
            case .summary, .report: Issue.record("a rule sums nothing up")
            }
        }
        #expect(isOpen == (series.progress.incident != nil))
    }

    /// Counts runs, one picture after the other.
    private static func expected(_ counts: [Int], confirmation: Int, release: Int) -> [IncidentEvent] {
        var events: [IncidentEvent] = []
        var run = 0
        var isOpen = false
        for count in counts {
            run = (count > 0) != isOpen ? run + 1 : 0
            guard run == (isOpen ? release : confirmation) else { continue }
            events.append(isOpen ? .closed : .opened)
            isOpen.toggle()
            run = 0
        }
        return events
    }
}
