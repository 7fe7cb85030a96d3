import Domain
import Foundation
import Logging
import Metrics
import Notifications
import Notifier
import Persistence
import Synchronization
import TestSupport
import Testing

@Suite("Notifier")
struct NotifierServiceTests {
    @Test("delivers what is due once, in order")
    func delivers() async throws {
        let bench = Bench(channels: 2, messages: 3) { _, _ in .delivered }
        try await bench.notifier.deliverDue()
        try await bench.notifier.deliverDue()
        for channel in bench.store.list {
            let mine = bench.store.all.filter { $0.channelID == channel.id }
            #expect(bench.sent(to: channel.id) == mine.map(\.id))
            #expect(mine.allSatisfy { $0.state == .delivered && $0.attempts == 1 })
        }
    }

    @Test("a receiver that fails gets one attempt a pause, not one a message")
    func pauses() async throws {
        let bench = Bench(channels: 1, messages: 10) { _, _ in .retry(reason: "503", after: nil) }
        try await bench.notifier.deliverDue()
        try await bench.notifier.deliverDue()
        #expect(bench.sent(to: bench.store.list[0].id).count == 1)
        bench.advance(by: 6)
        try await bench.notifier.deliverDue()
        #expect(bench.sent(to: bench.store.list[0].id).count == 2)
    }

    @Test("a slow receiver delays nobody else")
    func slowReceiver() async throws {
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let bench = Bench(channels: 3, messages: 2) { _, isFirst in
            if isFirst { for await _ in gate { break } }
            return .delivered
        }
        let turn = Task { try await bench.notifier.deliverDue() }
        #expect(await eventually { bench.store.all.count { $0.state == .delivered } == 4 })
        #expect(bench.store.all.count { $0.state == .pending } == 2)
        opening.finish()
        try await turn.value
        #expect(bench.store.all.allSatisfy { $0.state == .delivered })
    }

    @Test("410 switches the channel off, and its messages wait")
    func gone() async throws {
        let bench = Bench(channels: 1, messages: 3) { _, _ in .gone(reason: "410") }
        try await bench.notifier.deliverDue()
        bench.advance(by: 100_000)
        try await bench.notifier.deliverDue()
        #expect(bench.store.list[0].isEnabled == false)
        #expect(bench.store.all.map(\.state) == [.failed, .pending, .pending])
    }

    @Test("gives up after ten attempts and counts every one")
    func givesUp() async throws {
        let bench = Bench(channels: 1, messages: 1) { _, _ in .retry(reason: "500", after: nil) }
        for _ in 0..<15 {
            try await bench.notifier.deliverDue()
            bench.advance(by: 100_000)
        }
        #expect(bench.store.all.map(\.state) == [.failed])
        #expect(bench.store.all[0].attempts == 10 && bench.store.all[0].lastError == "500")
        let id = bench.store.list[0].id
        #expect(
            bench.metrics.prometheusText().contains(
                "maskwatch_notifications_total{channel=\"\(id)\",result=\"retry\"} 10"))
    }

    @Test("an attempt that ends because the process stops is none")
    func stops() async throws {
        let bench = Bench(channels: 1, messages: 1) { _, _ in
            try? await Task.sleep(for: .seconds(3600))
            return .retry(reason: "cancelled", after: nil)
        }
        let service = Task { try await bench.notifier.run() }
        #expect(await eventually { bench.sent(to: bench.store.list[0].id).count == 1 })
        service.cancel()
        try await service.value
        #expect(bench.store.all[0].attempts == 0 && bench.store.all[0].state == .pending)
    }
}

/// A notifier over an outbox in memory and receivers that answer as told.
private final class Bench: Sendable {
    let store: Store
    let metrics = MetricsRegistry()
    let notifier: NotifierService
    private let sender: Sender
    private let clock: Clock

    init(channels: Int, messages: Int, answer: @escaping Sender.Answer) {
        let clock = Clock()
        store = Store(channels: channels, messages: messages, at: clock.now)
        sender = Sender(slow: store.list[0].id, answer: answer)
        self.clock = clock
        var dependencies = NotifierDependencies(
            outbox: store, channels: store, cameras: store, sender: sender, metrics: metrics, logger: .silent)
        dependencies.now = { clock.now }
        notifier = NotifierService(dependencies)
    }

    func advance(by seconds: Double) { clock.advance(by: seconds) }
    func sent(to channel: ChannelID) -> [NotificationID] { sender.sent(to: channel) }
}

private final class Clock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_790_000_000))
    var now: Date { time.withLock { $0 } }
    func advance(by seconds: Double) { time.withLock { $0 += seconds } }
}

private final class Sender: NotificationChannel {
    typealias Answer = @Sendable (Alert, _ isFirstChannel: Bool) async -> DeliveryResult
    private let log = Mutex<[(ChannelID, NotificationID)]>([])
    private let slow: ChannelID
    private let answer: Answer

    init(slow: ChannelID, answer: @escaping Answer) {
        self.slow = slow
        self.answer = answer
    }

    func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        log.withLock { $0.append((channel.id, alert.id)) }
        return await answer(alert, channel.id == slow)
    }

    func sent(to channel: ChannelID) -> [NotificationID] { log.withLock { $0.filter { $0.0 == channel }.map(\.1) } }
}

private final class Store: OutboxRepository, ChannelRepository, CameraRepository {
    private let rows: Mutex<[ChannelNotification]>
    private let lines: Mutex<[Channel]>

    init(channels: Int, messages: Int, at now: Date) {
        let made = (0..<channels).map { Channel(name: "\($0)", address: "http://a", secret: Secret("whsec_")) }
        let incident = Incident(
            id: IncidentID(), ruleID: RuleID(), ruleName: "r", cameraID: CameraID(), severity: .info, openedAt: now,
            updatedAt: now, peakFaces: 1, pictures: 1, evidence: SnapshotID())
        lines = Mutex(made)
        rows = Mutex(
            made.flatMap { channel in
                (0..<messages).map { _ in
                    ChannelNotification(channelID: channel.id, event: .opened, incident: incident, createdAt: now)
                }
            })
    }

    var all: [ChannelNotification] { rows.withLock { $0 } }
    var list: [Channel] { lines.withLock { $0 } }

    func due(at time: Date, limit: Int) async throws -> [ChannelNotification] {
        let enabled = Set(list.filter(\.isEnabled).map(\.id))
        let due = all.filter { $0.state == .pending && $0.nextAttemptAt <= time && enabled.contains($0.channelID) }
        return Array(due.prefix(limit))
    }
    func due(at time: Date, channel: ChannelID, limit: Int) async throws -> [ChannelNotification] {
        Array(try await due(at: time, limit: .max).filter { $0.channelID == channel }.prefix(limit))
    }
    func update(_ notification: ChannelNotification) async throws {
        rows.withLock { rows in rows = rows.map { $0.id == notification.id ? notification : $0 } }
    }
    func notifications(channel: ChannelID?, limit: Int) async throws -> [ChannelNotification] { all }

    func channels() async throws -> [Channel] { list }
    func channel(_ id: ChannelID) async throws -> Channel? { list.first { $0.id == id } }
    func save(_ channel: Channel) async throws {}
    func disable(_ id: ChannelID, at time: Date) async throws -> Bool {
        lines.withLock { lines in
            guard let index = lines.firstIndex(where: { $0.id == id && $0.isEnabled }) else { return false }
            lines[index].isEnabled = false
            return true
        }
    }
    func remove(_ id: ChannelID) async throws -> Bool { false }

    func cameras() async throws -> [Camera] { [] }
    func camera(_ id: CameraID) async throws -> Camera? { nil }
    func save(_ camera: Camera) async throws {}
    func remove(_ id: CameraID) async throws -> Bool { false }
    func statuses() async throws -> [CameraID: CameraStatus] { [:] }
}
