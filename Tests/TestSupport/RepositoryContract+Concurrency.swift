import Domain
import Foundation
import Persistence
import Synchronization
import Testing

extension RepositoryContract {
    /// Many analyzers record the same and different pictures in any order, and the result is what one would have made of
    /// them: every picture counted once, one incident a camera with all its pictures, one message about its beginning.
    package func recordsAtTheSameTime(seed: UInt64 = 1) async throws {
        var random = SeededGenerator(seed: seed)
        let watched = (0..<4).map { Camera(name: "many-\($0)", source: CameraSource(address: "rtsp://\($0).test")) }
        for camera in watched { try await cameras.save(camera) }
        try await rules.save(Rule(name: "every picture"))
        try await channels.save(.webhook("desk"))
        let pictures = watched.flatMap { camera in (0..<30).map { observation(camera.id, at: Double($0), without: 2) } }
        let deliveries = (pictures + pictures + pictures.prefix(40)).shuffled(using: &random)
        let before = try await observations.count()
        let fresh = try await withThrowingTaskGroup { group in
            for analyzer in 0..<8 {
                let share = deliveries.enumerated().filter { $0.offset % 8 == analyzer }.map(\.element)
                group.addTask {
                    var fresh = 0
                    for picture in share where try await record(picture).isNew { fresh += 1 }
                    return fresh
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(fresh == pictures.count)
        #expect(try await observations.count() - before == pictures.count)
        let buckets = try await statistics.buckets(
            camera: nil, interval: .minute, from: Self.time(-60), to: Self.time(60))
        #expect(buckets.reduce(0) { $0 + $1.counts.pictures } == pictures.count)
        #expect(buckets.reduce(0) { $0 + $1.counts.without } == pictures.count * 2)
        let open = try await incidents.incidents(IncidentQuery(state: .open))
        #expect(Set(open.compactMap(\.cameraID)) == Set(watched.map(\.id)))
        #expect(open.allSatisfy { $0.pictures == 30 }, "no update was lost: \(open.map(\.pictures))")
        let messages = try await outbox.notifications(channel: nil, limit: 1000)
        #expect(messages.count == watched.count && messages.allSatisfy { $0.event == .opened })
    }

    /// Many notifiers send every message of a channel once, and in the order in which they were written.
    package func claimsAtTheSameTime() async throws {
        let desk = Channel.webhook("desk")
        try await channels.save(desk)
        try await cameras.save(Camera(id: CameraID(), name: "told", source: CameraSource(address: "rtsp://told.test")))
        try await rules.save(Rule(name: "every picture"))
        let camera = try #require(try await cameras.cameras().first { $0.name == "told" })
        for index in 0..<25 { try await tell(camera.id, at: Double(index)) }
        let expected = try await outbox.notifications(channel: desk.id, limit: 100).reversed().map(\.id)
        let sent = SentMessages()
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    try await deliver(until: expected.count, of: desk.id, as: WorkerID(), noting: sent)
                }
            }
        }
        #expect(expected.count == 25)
        #expect(sent.all == expected)
    }

    private func deliver(
        until count: Int, of channel: ChannelID, as worker: WorkerID, noting sent: SentMessages
    ) async throws {
        while sent.all.count < count {
            guard let message = try await claim(channel, by: worker) else { continue }
            sent.add(message.id)
            try await deliver(message)
            try await outbox.endTurn(of: channel, by: worker, pausedUntil: nil)
        }
    }

    private func claim(_ channel: ChannelID, by worker: WorkerID) async throws -> ChannelNotification? {
        let now = Date()
        return try await outbox.claim(channel: channel, by: worker, at: now, until: now.addingTimeInterval(600))
    }

    private func deliver(_ message: ChannelNotification) async throws {
        var delivered = message
        delivered.state = .delivered
        try await outbox.update(delivered)
    }

    /// A picture with an incident of its own, of which people are told.
    private func tell(_ camera: CameraID, at seconds: Double) async throws {
        let picture = observation(camera, at: seconds, without: 1)
        _ = try await observations.record(picture, in: []) { rule, before in
            let incident = Incident(
                id: IncidentID(at: picture.takenAt), ruleID: rule.id, ruleName: rule.name, cameraID: camera,
                severity: rule.severity, state: .closed, openedAt: picture.takenAt, updatedAt: picture.takenAt,
                closedAt: picture.takenAt, peakFaces: 1, pictures: 1, evidence: picture.snapshotID)
            return RuleDecision(
                progress: before,
                events: [.init(event: .opened, incident: incident, notifies: true, evidence: [picture.snapshotID])])
        }
    }

    private func record(_ picture: Observation) async throws -> RecordResult {
        try await observations.record(picture, in: [minute(0)]) { rule, before in
            var progress = before
            progress.pictures.append(
                RuleProgress.Picture(snapshotID: picture.snapshotID, takenAt: picture.takenAt, violatingFaces: 2))
            var incident =
                before.incident
                ?? Incident(
                    id: IncidentID(at: picture.takenAt), ruleID: rule.id, ruleName: rule.name,
                    cameraID: picture.cameraID, severity: rule.severity, openedAt: picture.takenAt,
                    updatedAt: picture.takenAt, peakFaces: 2, pictures: 0, evidence: picture.snapshotID)
            incident.pictures = progress.pictures.count
            progress.incident = incident
            let event = RuleDecision.Event(
                event: before.incident == nil ? .opened : .updated, incident: incident,
                notifies: before.incident == nil,
                evidence: [picture.snapshotID])
            return RuleDecision(progress: progress, events: [event])
        }
    }
}

private final class SentMessages: Sendable {
    private let messages = Mutex<[NotificationID]>([])
    var all: [NotificationID] { messages.withLock { $0 } }
    func add(_ id: NotificationID) { messages.withLock { $0.append(id) } }
}
