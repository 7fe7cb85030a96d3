import Domain
import Foundation
import Persistence
import Synchronization
import Testing

extension RepositoryContract {
    /// What the limit over all rules holds back is told together, and a summary of a rule waits for its turn.
    func limitsMessagesOfAllRules() async throws {
        let camera = Camera(name: "storm", source: CameraSource(address: "rtsp://s.test"), createdAt: Self.time(1))
        let watching = (0..<4).map {
            Rule(name: "\($0)", cameras: [camera.id], limits: MessageLimits(coolDown: 30), updatedAt: Self.time(0))
        }
        let channel = Channel.webhook("storm")
        try await cameras.save(camera)
        for rule in watching { try await rules.save(rule) }
        try await channels.save(channel)
        let limits = MessageLimits.overall(perHour: 3)
        for second in [1000.0, 1001] { try await open(watching, of: camera.id, at: second, within: limits) }
        let told = { try await outbox.notifications(channel: channel.id, limit: 99) }
        #expect(try await told().map(\.event) == [.opened, .opened], "the last of the hour is left for the summary")
        try await review(at: 1062, within: limits)
        #expect(try await told().map(\.event) == [.summary, .opened, .opened])
        let held = try #require(try await told().first?.held)
        #expect(held.opened == 2 && Set(held.incidents).count == 2)
        try await review(at: 4599, within: limits)
        #expect(try await told().count == 3, "the rules' own summaries wait for the next hour")
        for second in stride(from: 4600.0, to: 12_000, by: 600) { try await review(at: second, within: limits) }
        let summed = try await told().compactMap(\.held).dropLast()
        #expect(summed.count == 4 && summed.allSatisfy { $0.opened == 1 }, "nothing is lost")
        for rule in watching { _ = try await rules.remove(rule.id) }
        _ = try await observations.closeAbandoned(at: Self.time(13_000))
        _ = try await channels.remove(channel.id)
        _ = try await cameras.remove(camera.id)
        _ = try await observations.expire(before: Self.time(20_000), limit: 100)
    }

    /// Every rule opens an incident, and closes the one it had without a word.
    private func open(
        _ rules: [Rule], of camera: CameraID, at second: Double, within limits: MessageLimits
    ) async throws {
        let seen = observation(camera, at: second)
        let opened = rules.map { incident(of: $0, seen) }
        _ = try await observations.review(at: seen.takenAt) { context in
            let decisions = zip(rules, opened).map { rule, incident in
                let before = context.open.filter { $0.incident.ruleID == rule.id }
                let closed = before.map { RuleEngine().abandon($0.incident, at: seen.takenAt) }
                    .map { RuleDecision.Event(event: .closed, incident: $0.incident, notifies: false) }
                let event = RuleDecision.Event(event: .opened, incident: incident, notifies: true)
                return TargetDecision(
                    ruleID: rule.id, target: .camera(camera), events: closed + [event], progress: nil)
            }
            return AnalysisPlan(decisions: decisions, overallLimits: limits)
        }
    }

    /// Whichever analyzer finds it due.
    func tellsReportsOnce() async throws {
        func channel(_ name: String, _ report: String, isEnabled: Bool = true) -> Channel {
            Channel(
                name: name, kind: .email,
                settings: ChannelSettings(values: ["report": .text(report), "report_hour": .number(9)]),
                isEnabled: isEnabled, updatedAt: Self.time(1))
        }
        let daily = channel("daily", "daily")
        for channel in [daily, channel("off", "off"), channel("away", "weekly", isEnabled: false)] {
            try await channels.save(channel)
        }
        func decide(_ end: Double, isTold: Bool) async throws -> [ReportState] {
            let period = ReportPeriod(
                frequency: .daily, timeZone: "GMT", start: Self.time(end - 86_400), end: Self.time(end))
            let seen = Mutex<[ReportState]>([])
            _ = try await observations.review(at: Self.time(end)) { context in
                seen.withLock { $0 = context.reports }
                return AnalysisPlan(
                    reports: [ReportDecision(channelID: daily.id, period: period, isTold: isTold)])
            }
            return seen.withLock { $0 }
        }
        func state(_ until: Double?) -> [ReportState] {
            [
                ReportState(
                    channelID: daily.id, schedule: ReportSchedule(frequency: .daily, hour: 9),
                    reportedUntil: until.map(Self.time))
            ]
        }
        #expect(try await decide(0, isTold: false) == state(nil))
        #expect(try await decide(86_400, isTold: true) == state(0))
        #expect(try await decide(86_400, isTold: true) == state(86_400))
        #expect(try await decide(0, isTold: true) == state(86_400), "a clock that is set back sends nothing again")
        try await channels.save(daily)
        #expect(try await decide(0, isTold: true) == state(86_400), "saving what is there already changes nothing")
        _ = try await channels.disable(daily.id, at: Self.time(2))
        try await channels.save(daily)
        #expect(try await decide(86_400, isTold: false) == state(nil), "one that was off begins with the next report")
        let told = try await outbox.notifications(channel: daily.id, limit: 9)
        #expect(told.map(\.event) == [.report] && told.first?.incident == nil)
        #expect(told.first?.report?.end == Self.time(86_400))
        #expect(try await outbox.due(at: .distantFuture, limit: 9) == told)
        for channel in try await channels.channels() { _ = try await channels.remove(channel.id) }
    }

    private func review(at second: Double, within limits: MessageLimits) async throws {
        _ = try await observations.review(at: Self.time(second)) { _ in AnalysisPlan(overallLimits: limits) }
    }
}
