import Domain
import Foundation
import Persistence
import Testing

extension RepositoryContract {
    func observation(_ camera: CameraID, at seconds: Double, without: Int = 1) -> Observation {
        let id = SnapshotID(at: Self.time(seconds))
        let states: [MaskState] = [.wornCorrectly, .wornIncorrectly, .unknown] + (0..<without).map { _ in .without }
        let faces = states.map {
            Face(
                box: Box(x: 1.5, y: 2, width: 30, height: 40), score: 0.9, mask: $0, maskScore: 0.75,
                maskScores: [$0: 0.75])
        }
        return Observation(
            snapshotID: id, cameraID: camera, takenAt: Self.time(seconds), objectKey: .snapshot(id, camera: camera),
            width: 640, height: 480, faces: faces, models: ["face/1", "mask/1"])
    }

    func minute(_ seconds: Double) -> BucketStart {
        let start = (Self.time(seconds).timeIntervalSince1970 / 60).rounded(.down) * 60
        return BucketStart(interval: .minute, start: Date(timeIntervalSince1970: start))
    }

    func recordsOnce() async throws {
        let camera = Camera(name: "records", source: CameraSource(address: "rtsp://r.test"))
        try await cameras.save(camera)
        let before = try await observations.count()
        let seen = [observation(camera.id, at: 0, without: 2), observation(camera.id, at: 1, without: 0)]
        for observation in seen + seen.reversed() {
            _ = try await observations.record(observation, in: [minute(0)]) { RuleDecision(progress: $1) }
        }
        let again = try await observations.record(seen[0], in: [minute(0)]) { RuleDecision(progress: $1) }
        #expect(again == RecordResult(isNew: false, incidents: []))
        #expect(try await observations.count() == before + 2)
        #expect(try await observations.observation(seen[0].snapshotID) == seen[0])
        #expect(try await observations.observations(camera: camera.id, before: nil, limit: 9) == seen.reversed())
        #expect(try await observations.observations(camera: nil, before: Self.time(1), limit: 1) == [seen[0]])
        #expect(try await observations.latest() == [seen[1]])
        let buckets = try await statistics.buckets(
            camera: camera.id, interval: .minute, from: Self.time(-60), to: Self.time(60))
        #expect(
            buckets == [
                StatisticsBucket(
                    cameraID: camera.id, interval: .minute, start: minute(0).start,
                    counts: SightingCounts(pictures: 2, wornCorrectly: 2, wornIncorrectly: 2, without: 2, unknown: 2))
            ])
        #expect(
            try await statistics.buckets(camera: nil, interval: .minute, from: Self.time(-60), to: Self.time(60))
                == buckets)
        #expect(
            try await statistics.buckets(camera: nil, interval: .day, from: Self.time(-60), to: Self.time(60)).isEmpty)
        _ = try await cameras.remove(camera.id)
        #expect(try await observations.observation(seen[0].snapshotID) != nil, "retention takes it, nobody else")
        _ = try await observations.expire(before: Self.time(100), limit: 100)
    }

    /// What a decision says is written, and the next decision sees it.
    func opensAndClosesIncidents() async throws {
        let camera = Camera(name: "incidents", source: CameraSource(address: "rtsp://i.test"))
        let rule = Rule(name: "none", cameras: [camera.id], updatedAt: Self.time(0))
        let elsewhere = Rule(name: "elsewhere", cameras: [CameraID()])
        let channel = Channel.webhook("desk")
        let silent = Channel.webhook("off", isEnabled: false)
        try await cameras.save(camera)
        for rule in [rule, elsewhere] { try await rules.save(rule) }
        for channel in [channel, silent] { try await channels.save(channel) }
        let first = observation(camera.id, at: 200)
        let opened = incident(of: rule, first)
        let picture = RuleProgress.Picture(snapshotID: first.snapshotID, takenAt: first.takenAt, violatingFaces: 1)
        let progress = RuleProgress(pictures: [picture], incident: opened, decidedUntil: Self.time(199))
        let result = try await observations.record(first, in: []) { seen, before in
            #expect(seen == rule)
            #expect(before == RuleProgress())
            return RuleDecision(progress: progress, events: [.init(event: .opened, incident: opened, notifies: true)])
        }
        #expect(result == RecordResult(isNew: true, incidents: [opened.id]))
        #expect(try await incidents.incident(opened.id) == opened)
        #expect(try await incidents.camerasWithIncidents(since: nil) == [camera.id])
        try await checkOutbox(channel, event: .opened, opened)
        #expect(try await incidents.acknowledge(opened.id, by: "ada", at: Self.time(205)))
        #expect(try await incidents.acknowledge(opened.id, by: "bob", at: Self.time(206)))
        #expect(try await incidents.acknowledge(IncidentID(), by: "bob", at: Self.time(206)) == false)
        try await close(opened, rule: rule, progress: progress)
        for rule in [rule, elsewhere] { _ = try await rules.remove(rule.id) }
        for channel in [channel, silent] { _ = try await channels.remove(channel.id) }
        _ = try await cameras.remove(camera.id)
        #expect(try await outbox.notifications(channel: nil, limit: 10).isEmpty, "messages go with their channel")
    }

    func incident(of rule: Rule, _ observation: Observation) -> Incident {
        Incident(
            id: IncidentID(at: observation.takenAt), ruleID: rule.id, ruleName: rule.name,
            cameraID: observation.cameraID, severity: rule.severity, openedAt: observation.takenAt,
            updatedAt: observation.takenAt, peakFaces: 1, pictures: 1, evidence: observation.snapshotID)
    }

    private func checkOutbox(_ channel: Channel, event: IncidentEvent, _ incident: Incident) async throws {
        var message = try #require(try await outbox.due(at: .distantFuture, limit: 10).first)
        #expect(message.channelID == channel.id)
        #expect(message.event == event)
        #expect(message.incident == incident)
        #expect(try await outbox.notifications(channel: nil, limit: 10) == [message])
        message.attempts = 1
        message.nextAttemptAt = Self.time(10_000_000)
        message.lastError = "connection refused"
        try await outbox.update(message)
        #expect(try await outbox.due(at: Self.time(9_999_999), limit: 10).isEmpty)
        #expect(try await outbox.due(at: Self.time(10_000_000), limit: 10) == [message])
        try await checkTurns(channel, message)
        #expect(try await channels.disable(channel.id, at: Self.time(1)))
        #expect(try await channels.disable(channel.id, at: Self.time(2)) == false)
        #expect(try await channels.channel(channel.id)?.isEnabled == false)
        #expect(try await outbox.due(at: .distantFuture, limit: 10).isEmpty, "it waits")
        let worker = WorkerID()
        #expect(try await outbox.channelsToServe(by: worker, at: Self.time(20_000_000)).isEmpty)
        #expect(
            try await outbox.claim(
                channel: channel.id, by: worker, at: Self.time(20_000_000), until: Self.time(20_000_001)) == nil)
        try await channels.save(channel)
        message.state = .failed
        try await outbox.update(message)
        #expect(try await outbox.due(at: .distantFuture, limit: 10).isEmpty)
        #expect(try await outbox.retry(message.id, at: Self.time(10_000_000)))
        #expect(try await outbox.due(at: .distantFuture, limit: 10).map(\.attempts) == [0])
        message.state = .delivered
        message.deliveredAt = Self.time(10_000_001)
        try await outbox.update(message)
        var late = message
        late.state = .pending
        try await outbox.update(late)
        #expect(try await outbox.retry(message.id, at: Self.time(10_000_002)) == false)
        #expect(try await outbox.notifications(channel: channel.id, limit: 10) == [message])
        #expect(try await outbox.notifications(incident: incident.id, limit: 10) == [message])
        #expect(try await outbox.notifications(incident: IncidentID(), limit: 10).isEmpty)
    }

    /// One worker at a time, and nobody while the channel pauses.
    private func checkTurns(_ channel: Channel, _ message: ChannelNotification) async throws {
        let (first, second) = (WorkerID(), WorkerID())
        let due = 10_000_000.0
        func claim(_ worker: WorkerID, at time: Double) async throws -> ChannelNotification? {
            try await outbox.claim(
                channel: channel.id, by: worker, at: Self.time(time), until: Self.time(time + 60))
        }
        #expect(try await claim(first, at: due - 1) == nil, "it is not due")
        #expect(try await outbox.channelsToServe(by: first, at: Self.time(due)) == [channel.id])
        #expect(try await claim(first, at: due) == message)
        #expect(try await claim(second, at: due + 59) == nil)
        #expect(try await outbox.channelsToServe(by: second, at: Self.time(due + 59)).isEmpty)
        #expect(try await claim(first, at: due + 1) == message, "its own turn goes on")
        #expect(try await claim(second, at: due + 61) == message, "a turn that nobody ended ends by itself")
        try await outbox.endTurn(of: channel.id, by: first, pausedUntil: Self.time(due + 1000))
        #expect(try await claim(second, at: due + 62) == message, "only who has the turn can end it")
        try await outbox.endTurn(of: channel.id, by: second, pausedUntil: Self.time(due + 200))
        #expect(try await claim(first, at: due + 199) == nil)
        #expect(try await claim(second, at: due + 199) == nil)
        #expect(try await outbox.channelsToServe(by: second, at: Self.time(due + 199)).isEmpty)
        #expect(try await claim(first, at: due + 200) == message)
        try await outbox.endTurn(of: channel.id, by: first, pausedUntil: nil)
        #expect(try await claim(second, at: due + 200) == message)
        try await outbox.endTurn(of: channel.id, by: second, pausedUntil: nil)
    }

    private func close(_ incident: Incident, rule: Rule, progress: RuleProgress) async throws {
        var closed = incident
        closed.state = .closed
        closed.closedAt = Self.time(210)
        let event = RuleDecision.Event(event: .closed, incident: closed, notifies: false)
        let after = RuleProgress(decidedUntil: Self.time(210))
        let camera = try #require(incident.cameraID)
        let second = observation(camera, at: 210, without: 0)
        _ = try await observations.record(second, in: []) { _, before in
            #expect(before.pictures == progress.pictures)
            #expect(before.decidedUntil == progress.decidedUntil)
            #expect(before.incident?.acknowledgedBy == "ada", "an acknowledgement is seen")
            return RuleDecision(progress: after, events: [event])
        }
        let stored = try #require(try await incidents.incident(incident.id))
        #expect(stored.state == .closed)
        #expect(stored.closedAt == Self.time(210))
        #expect(stored.acknowledgedBy == "ada")
        #expect(stored.acknowledgedAt == Self.time(205))
        #expect(try await incidents.incidents(IncidentQuery(state: .open)).isEmpty)
        #expect(try await incidents.camerasWithIncidents(since: nil).isEmpty)
        #expect(try await incidents.camerasWithIncidents(since: Self.time(200)) == [camera])
        #expect(try await incidents.camerasWithIncidents(since: Self.time(201)).isEmpty)
        #expect(try await incidents.incidents(IncidentQuery(state: .closed, camera: camera)) == [stored])
        #expect(try await incidents.incidents(IncidentQuery(before: Self.time(201))) == [stored])
        #expect(try await incidents.incidents(IncidentQuery(before: Self.time(200))).isEmpty)
    }

    func closesAbandonedIncidents() async throws {
        let camera = Camera(name: "abandoned", source: CameraSource(address: "rtsp://a.test"))
        var rule = Rule(name: "none", cameras: [camera.id], updatedAt: Self.time(0))
        try await cameras.save(camera)
        try await rules.save(rule)
        let seen = observation(camera.id, at: 300)
        let opened = incident(of: rule, seen)
        _ = try await observations.record(seen, in: []) { _, _ in
            RuleDecision(
                progress: RuleProgress(incident: opened, decidedUntil: Self.time(300)),
                events: [.init(event: .opened, incident: opened, notifies: false)])
        }
        #expect(try await observations.closeAbandoned(at: Self.time(310)).isEmpty)
        rule.cameras = []
        try await rules.save(rule)
        #expect(try await observations.closeAbandoned(at: Self.time(320)) == [opened.id])
        #expect(try await incidents.incident(opened.id)?.closedAt == Self.time(320))
        #expect(try await observations.closeAbandoned(at: Self.time(330)).isEmpty)
        _ = try await rules.remove(rule.id)
        _ = try await cameras.remove(camera.id)
        _ = try await observations.expire(before: Self.time(1000), limit: 100)
    }

    func expiresOldestFirst() async throws {
        let camera = Camera(name: "expires", source: CameraSource(address: "rtsp://e.test"))
        let rule = Rule(name: "none", cameras: [camera.id])
        try await cameras.save(camera)
        try await rules.save(rule)
        let seen = (0..<4).map { observation(camera.id, at: 400 + Double($0)) }
        let opened = incident(of: rule, seen[1])
        for observation in seen.reversed() {
            _ = try await observations.record(observation, in: []) { _, before in
                guard observation == seen[1] else { return RuleDecision(progress: before) }
                return RuleDecision(
                    progress: RuleProgress(incident: opened),
                    events: [
                        .init(event: .opened, incident: opened, notifies: false, evidence: [observation.snapshotID])
                    ])
            }
        }
        let limit = Self.time(403)
        #expect(try await observations.expire(before: limit, limit: 1) == [seen[0].objectKey])
        #expect(try await observations.expire(before: limit, limit: 9) == [seen[2].objectKey], "evidence stays")
        #expect(try await observations.observation(seen[1].snapshotID) == seen[1])
        _ = try await rules.remove(rule.id)
        _ = try await cameras.remove(camera.id)
        _ = try await observations.closeAbandoned(at: Self.time(500))
        #expect(Set(try await observations.expire(before: Self.time(999), limit: 9)).count == 2)
    }
}
