import Domain
import Foundation
import Logging
import Notifications
import Notifier
import Persistence
import PersistenceSQLite
import Synchronization
import TestSupport
import Testing

@Suite("How the cameras are, for channels that show it")
struct LiveStateServiceTests {
    private let scratch: ScratchDirectory
    private let persistence: SQLitePersistence
    private let display = RecordedDisplay()
    private let clock = TestClock()
    private let camera = Camera(name: "Entrance", source: CameraSource(address: "rtsp://a.test"))
    private let rule = Rule(name: "no mask")

    init() async throws {
        scratch = try ScratchDirectory()
        let clock = clock
        persistence = try await SQLitePersistence.open(
            path: scratch.path("live.sqlite"), sealer: MirrorSealer(), now: { clock.now })
        try await persistence.cameras.save(camera)
        try await persistence.rules.save(rule)
    }

    private func service() -> LiveStateService {
        let clock = clock
        return LiveStateService(
            persistence, display, keepsEvidenceFor: 3600, now: { clock.now },
            logger: Logger(label: "live", handler: RecordingLog()))
    }

    private func shown() async throws -> LiveState.Camera? {
        _ = try await service().update()
        return display.states.last?.cameras.first
    }

    /// Records a picture with an incident that began, or ended, with it.
    private func record(_ event: IncidentEvent) async throws {
        let seen = Observation.sample(camera: camera.id, at: clock.now, without: event == .opened ? 2 : 0, worn: 1)
        let (now, rule) = (clock.now, rule)
        _ = try await persistence.observations.record(seen, in: []) { _, progress in
            var incident =
                progress.incident
                ?? Incident(
                    id: IncidentID(at: now), ruleID: rule.id, ruleName: rule.name, cameraID: seen.cameraID,
                    severity: .warning, openedAt: now, updatedAt: now, peakFaces: 2, pictures: 1,
                    evidence: seen.snapshotID)
            if event == .closed { (incident.state, incident.closedAt) = (.closed, now) }
            return RuleDecision(
                progress: RuleProgress(incident: event == .closed ? nil : incident, decidedUntil: now),
                events: [.init(event: event, incident: incident, notifies: true)])
        }
    }

    @Test("faces, incident and evidence are those of the database")
    func follows() async throws {
        try await persistence.channels.save(Channel(name: "home", kind: .mqtt, settings: ChannelSettings()))
        #expect(try await shown()?.keepsEvidence == false)
        try await record(.opened)
        var now = try await shown()
        #expect(now?.name == "Entrance" && now?.hasOpenIncident == true && now?.keepsEvidence == true)
        #expect(now?.faces[.without] == 2 && now?.faces[.wornCorrectly] == 1 && now?.faces[.unknown] == 0)
        clock.advance(by: 7200)
        #expect(try await shown()?.keepsEvidence == true, "an open incident keeps its pictures whatever their age")
        try await record(.closed)
        now = try await shown()
        #expect(now?.hasOpenIncident == false && now?.keepsEvidence == false && now?.faces[.without] == 0)
    }

    @Test("a camera that is switched off is shown no more")
    func offCamera() async throws {
        try await persistence.channels.save(Channel(name: "home", kind: .mqtt, settings: ChannelSettings()))
        var off = camera
        off.isEnabled = false
        try await persistence.cameras.save(off)
        #expect(try await shown() == nil && display.states.count == 1)
    }

    @Test("only channels that are on and can show it are asked")
    func channels() async throws {
        let home = Channel(name: "home", kind: .mqtt, settings: ChannelSettings())
        try await persistence.channels.save(home)
        try await persistence.channels.save(
            Channel(name: "off", kind: .mqtt, settings: ChannelSettings(), isEnabled: false))
        try await persistence.channels.save(.webhook("desk"))
        _ = try await service().update()
        #expect(display.channels.last == [home.id])
    }
}

/// Keeps what it was to show.
private final class RecordedDisplay: LiveStateDisplay {
    private let shown = Mutex<[(LiveState, [ChannelID])]>([])

    var states: [LiveState] { shown.withLock { $0.map(\.0) } }
    var channels: [[ChannelID]] { shown.withLock { $0.map(\.1) } }

    func shows(_ channel: Channel) -> Bool { channel.kind == .mqtt }

    func show(_ state: LiveState, on channels: [Channel]) async -> [ChannelID: String] {
        shown.withLock { $0.append((state, channels.map(\.id))) }
        return [:]
    }

    func stop() async {}
}
