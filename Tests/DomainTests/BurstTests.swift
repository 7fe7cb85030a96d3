import Domain
import Foundation
import Testing

@Suite("The shots of a burst")
struct BurstTests {
    private let camera = CameraID()
    private let first = SnapshotID(at: Date(timeIntervalSince1970: 1_800_000_000))

    private func shot(_ index: Int, of shots: Int = 3, _ faces: [(x: Float, mask: MaskState)]) -> Observation {
        let time = first.time + Double(index) / 2
        let id = index == 0 ? first : SnapshotID(at: time)
        return Observation(
            snapshotID: id, cameraID: camera, takenAt: time, objectKey: .snapshot(id, camera: camera), width: 1000,
            height: 500,
            faces: faces.map {
                Face(
                    box: Box(x: $0.x, y: 100, width: 100, height: 100), score: 1, mask: $0.mask, maskScore: 1,
                    maskScores: [:])
            }, burst: BurstPlace(id: first, shot: index, shots: shots))
    }

    @Test("link the boxes of one person who walks, and count the person once")
    func links() {
        let shots = [
            shot(0, [(100, .wornCorrectly), (600, .without)]), shot(1, [(640, .without), (140, .wornCorrectly)]),
            shot(2, [(180, .wornCorrectly), (680, .without)]),
        ]
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let sightings = Burst(order.map { shots[$0] }).sightings
            #expect(sightings.map(\.mask) == [.wornCorrectly, .without])
            #expect(sightings.map(\.middle.x) == [0.15, 0.65])
        }
    }

    @Test("vote: what one blurred shot alone says raises nothing")
    func votes() {
        let blurred = [
            shot(0, [(100, .wornCorrectly)]), shot(1, [(100, .without)]),
            shot(2, [(100, .wornCorrectly), (700, .without)]),
        ]
        #expect(Burst(blurred).sightings.map(\.mask) == [.wornCorrectly, .unknown])
        let undecided = [shot(0, of: 2, [(100, .wornCorrectly)]), shot(1, of: 2, [(100, .without)])]
        #expect(Burst(undecided).sightings.map(\.mask) == [.unknown])
    }

    @Test("decide together, when all are there, whatever their order; or when a later burst is complete")
    func decides() {
        let rule = Rule(name: "a", confirmation: .pictures(1, of: 1), release: .pictures(1, of: 1))
        let target = RuleTarget.camera(camera)
        var progress = RuleProgress()
        var shots: [Observation] = []
        func arrive(_ observation: Observation) -> [IncidentEvent] {
            let picture = RuleScene(observation, shots: shots, zones: []).picture(for: rule, on: target)
            shots.append(observation)
            let decision = RuleEngine().decide(rule, progress, picture, on: target)
            progress = decision.progress
            return decision.events.map(\.event)
        }
        #expect(arrive(shot(2, [(100, .without)])).isEmpty)
        #expect(arrive(shot(0, [(100, .without)])).isEmpty)
        #expect(arrive(shot(1, [(100, .wornCorrectly)])) == [.opened])
        #expect(progress.incident?.pictures == 1)
    }

    @Test("raise nothing when one shot of a burst is blurred, and everything when two shots of a lost burst agree")
    func lostShot() {
        let rule = Rule(name: "a", confirmation: .pictures(1, of: 1), release: .pictures(1, of: 1))
        let target = RuleTarget.camera(camera)
        let part = [shot(0, [(100, .without)]), shot(1, [(100, .without)])]
        var picture = RuleScene(part[1], shots: [part[0]], zones: []).picture(for: rule, on: target)
        let waiting = RuleEngine().decide(rule, RuleProgress(), picture, on: target)
        #expect(waiting.events.isEmpty, "the third shot may still come")
        picture.snapshotID = SnapshotID(at: first.time + 10)
        picture.takenAt = first.time + 10
        picture.violatingFaces = 0
        picture.isPending = false
        let decided = RuleEngine().decide(rule, waiting.progress, picture, on: target)
        #expect(decided.events.map(\.event) == [.opened, .closed])
    }
}
