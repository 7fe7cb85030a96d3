import Domain
import Foundation
import Imaging
import Logging
import Metrics
import Notifications
import Notifier
import ObjectStorage
import Persistence
import PersistenceSQLite
import Synchronization
import TestSupport

/// A notifier over a real outbox and receivers that answer as told.
final class NotifierBench: Sendable {
    let persistence: SQLitePersistence
    let channels: [Channel]
    let metrics = MetricsRegistry()
    let notifier: NotifierService
    private let dependencies: NotifierDependencies
    private let sender: PlayedSender
    private let clock: TestClock
    private let scratch: ScratchDirectory
    private let evidence: Observation

    /// The evidence before anything is drawn on it.
    static let picture: Data = {
        let grey = PixelBuffer(width: 1280, height: 720, filledWith: .padding)
        return (try? PictureEncoder.jpeg(grey)) ?? Data()
    }()

    init(
        channels count: Int, messages: Int, kind: Channel.Kind = .webhook, answer: @escaping PlayedSender.Answer
    ) async throws {
        let clock = TestClock()
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(
            path: scratch.path("notifier.sqlite"), sealer: MirrorSealer(), now: { clock.now })
        let pictures = try await FileObjectStore.open(at: scratch.path("pictures"))
        channels = (0..<count).map { Channel(name: "\($0)", kind: kind, settings: ChannelSettings()) }
        for channel in channels { try await persistence.channels.save(channel) }
        let camera = Camera(name: "Entrance", source: CameraSource(address: "rtsp://a.test"))
        try await persistence.cameras.save(camera)
        evidence = Observation.sample(camera: camera.id, at: clock.now, without: 2)
        try await pictures.put(Self.picture, at: evidence.objectKey)
        sender = PlayedSender(slow: channels[0].id, answer: answer)
        self.clock = clock
        var dependencies = NotifierDependencies(
            persistence, pictures: pictures, composer: MessageComposer(timeZone: .gmt, publicURL: nil), sender: sender,
            metrics: metrics,
            logger: Logger(label: "notifier", handler: NoLog()))
        dependencies.now = { clock.now }
        self.dependencies = dependencies
        notifier = NotifierService(dependencies)
        try await persistence.rules.save(Rule(name: "no mask"))
        try await record(evidence, Array(repeating: .opened, count: messages))
    }

    var now: Date { clock.now }
    var alerts: [Alert] { sender.alerts }
    var reports: [ReportMessage] { sender.reports.withLock { $0 } }

    func anotherNotifier() -> NotifierService {
        var dependencies = dependencies
        dependencies.worker = WorkerID()
        return NotifierService(dependencies)
    }

    func addMessage(_ event: IncidentEvent = .opened) async throws {
        try await record(Observation.sample(camera: evidence.cameraID, at: clock.now.addingTimeInterval(1)), [event])
    }

    private func record(_ observation: Observation, _ events: [IncidentEvent]) async throws {
        let incident = Incident(
            id: IncidentID(at: now), ruleID: RuleID(at: now), ruleName: "no mask", cameraID: evidence.cameraID,
            severity: .warning, state: .closed, openedAt: now, updatedAt: now, closedAt: now, peakFaces: 2, pictures: 3,
            evidence: evidence.snapshotID)
        _ = try await persistence.observations.record(observation, in: []) { _, progress in
            let told = events.map { RuleDecision.Event(event: $0, incident: incident, notifies: true) }
            return RuleDecision(progress: progress, events: told)
        }
    }

    func advance(by seconds: Double) { clock.advance(by: seconds) }
    func sent(to channel: Channel) -> [NotificationID] { sender.sent(to: channel.id) }

    /// Oldest first.
    func all() async throws -> [ChannelNotification] {
        try await persistence.outbox.notifications(channel: nil, limit: 1000).reversed()
    }

    func messages(of channel: Channel) async throws -> [ChannelNotification] {
        try await all().filter { $0.channelID == channel.id }
    }
}

private struct NoLog: LogHandler {
    func log(_ entry: LogEntry) {}
}

/// A receiver of messages that answers as told and keeps what it got.
final class PlayedSender: NotificationChannel {
    typealias Answer = @Sendable (Alert, _ isFirstChannel: Bool) async -> DeliveryResult
    private let log = Mutex<[(channel: ChannelID, alert: Alert)]>([])
    let reports = Mutex<[ReportMessage]>([])
    private let slow: ChannelID
    private let answer: Answer

    init(slow: ChannelID, answer: @escaping Answer) {
        self.slow = slow
        self.answer = answer
    }

    var alerts: [Alert] { log.withLock { $0.map(\.alert) } }

    func sent(to channel: ChannelID) -> [NotificationID] {
        log.withLock { $0.filter { $0.channel == channel }.map(\.alert.id) }
    }

    func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        log.withLock { $0.append((channel.id, alert)) }
        return await answer(alert, channel.id == slow)
    }

    func deliver(_ report: ReportMessage, to channel: Channel) async -> DeliveryResult {
        reports.withLock { $0.append(report) }
        return .delivered
    }
}
