import Domain
import Foundation
import Metrics
import Notifications
import Notifier
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@Suite("Notifier", .timeLimit(.minutes(10)))
struct NotifierServiceTests {
    @Test("delivers what is due once, in order")
    func delivers() async throws {
        let bench = try await NotifierBench(channels: 2, messages: 3) { _, _ in .delivered }
        try await bench.notifier.deliverDue()
        try await bench.notifier.deliverDue()
        for channel in bench.channels {
            let mine = try await bench.messages(of: channel)
            #expect(bench.sent(to: channel) == mine.map(\.id))
            #expect(mine.count == 3 && mine.allSatisfy { $0.state == .delivered && $0.attempts == 1 })
        }
    }

    @Test("several notifiers on one database send every message once, and every channel's in their order")
    func claims() async throws {
        let bench = try await NotifierBench(channels: 4, messages: 40) { _, _ in
            await Task.yield()
            return .delivered
        }
        let others = (0..<3).map { _ in bench.anotherNotifier() }
        try await withThrowingDiscardingTaskGroup { group in
            for notifier in others + [bench.notifier] {
                group.addTask {
                    for _ in 0..<200 where try await bench.all().contains(where: { $0.state == .pending }) {
                        try await notifier.deliverDue()
                    }
                }
            }
        }
        for channel in bench.channels {
            let mine = try await bench.messages(of: channel)
            #expect(mine.count == 40)
            #expect(bench.sent(to: channel) == mine.map(\.id))
        }
    }

    @Test("a turn of a notifier that died ends by itself")
    func takesOver() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 1) { _, _ in .delivered }
        let outbox = bench.persistence.outbox
        let claimed = try await outbox.claim(
            channel: bench.channels[0].id, by: WorkerID(), at: bench.now, until: bench.now.addingTimeInterval(180))
        #expect(claimed != nil)
        try await bench.notifier.deliverDue()
        #expect(bench.sent(to: bench.channels[0]).isEmpty)
        bench.advance(by: 181)
        try await bench.notifier.deliverDue()
        #expect(bench.sent(to: bench.channels[0]) == [claimed?.id])
    }

    @Test("N1: a receiver that fails gets one attempt a pause, not one a message")
    func pauses() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 10) { _, _ in .retry(reason: "503", after: nil) }
        try await bench.notifier.deliverDue()
        try await bench.notifier.deliverDue()
        try await bench.anotherNotifier().deliverDue()
        #expect(bench.sent(to: bench.channels[0]).count == 1)
        bench.advance(by: 6)
        try await bench.notifier.deliverDue()
        #expect(bench.sent(to: bench.channels[0]).count == 2)
    }

    @Test("N1: a slow receiver delays nobody else")
    func slowReceiver() async throws {
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let bench = try await NotifierBench(channels: 3, messages: 2) { _, isFirst in
            if isFirst { for await _ in gate { break } }
            return .delivered
        }
        let turn = Task { try await bench.notifier.deliverDue() }
        #expect(try await eventually { try await bench.all().count { $0.state == .delivered } == 4 })
        #expect(try await bench.all().count { $0.state == .pending } == 2)
        opening.finish()
        try await turn.value
        #expect(try await bench.all().allSatisfy { $0.state == .delivered })
    }

    @Test("N1: 410 switches the channel off, and its messages wait")
    func gone() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 3) { _, _ in .gone(reason: "410") }
        try await bench.notifier.deliverDue()
        bench.advance(by: 100_000)
        try await bench.notifier.deliverDue()
        #expect(try await bench.persistence.channels.channels().map(\.isEnabled) == [false])
        #expect(try await bench.all().map(\.state) == [.failed, .pending, .pending])
    }

    @Test("N1: gives up after ten attempts and counts every one")
    func givesUp() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 1) { _, _ in .retry(reason: "500", after: nil) }
        for _ in 0..<15 {
            try await bench.notifier.deliverDue()
            bench.advance(by: 100_000)
        }
        let message = try await bench.all()[0]
        #expect(message.state == .failed && message.attempts == 10 && message.lastError == "500")
        #expect(
            bench.metrics.prometheusText().contains(
                "maskwatch_notifications_total{channel=\"\(bench.channels[0].id)\",result=\"retry\"} 10"))
    }

    @Test("an attempt that ends because the process stops is none")
    func stops() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 1) { _, _ in
            try? await Task.sleep(for: .seconds(3600))
            return .retry(reason: "cancelled", after: nil)
        }
        let service = Task { try await bench.notifier.run() }
        #expect(await eventually { bench.sent(to: bench.channels[0]).count == 1 })
        service.cancel()
        try await service.value
        let message = try await bench.all()[0]
        #expect(message.attempts == 0 && message.state == .pending)
    }

    @Test("T1: a clock that is set back an hour sends nothing twice, one that is set forward loses nothing")
    func clockJumps() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 2) { _, _ in .delivered }
        try await bench.notifier.deliverDue()
        bench.advance(by: -3600)
        try await bench.notifier.deliverDue()
        try await bench.addMessage()
        bench.advance(by: 7200)
        try await bench.notifier.deliverDue()
        #expect(bench.sent(to: bench.channels[0]).count == 3)
        #expect(try await bench.all().allSatisfy { $0.state == .delivered && $0.attempts == 1 })
    }

    @Test("a report has the figures of its day when it is sent")
    func report() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 0, kind: .email) { _, _ in .delivered }
        let period = ReportPeriod(
            frequency: .daily, timeZone: "GMT", start: bench.now - 43_200, end: bench.now + 43_200)
        _ = try await bench.persistence.observations.review(at: bench.now) { _ in
            let counts = SightingCounts(pictures: 3, expected: 4, wornCorrectly: 5)
            let bucket = StatisticsBucket(
                cameraID: CameraID(), interval: .hour, start: period.slots.starts[3], counts: counts)
            return AnalysisPlan(
                counts: [bucket],
                reports: [ReportDecision(channelID: bench.channels[0].id, period: period, isTold: true)])
        }
        try await bench.notifier.deliverDue()
        let report = try #require(bench.reports.first)
        #expect(report.rows.map(\.now) == ["100%", "5", "0", "0", "0", "0", "4", "3"])
        #expect(report.rows.map(\.before) == ["–", "0", "0", "0", "0", "0", "0", "0"])
        #expect(try await bench.all().map(\.state) == [.delivered])
    }

    @Test("a report of a site that was removed is not sent with the figures of all cameras")
    func reportOfRemovedSite() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 0, kind: .email) { _, _ in .delivered }
        let period = ReportPeriod(
            frequency: .daily, siteID: SiteID(), timeZone: "GMT", start: bench.now - 43_200, end: bench.now + 43_200)
        _ = try await bench.persistence.observations.review(at: bench.now) { _ in
            AnalysisPlan(reports: [ReportDecision(channelID: bench.channels[0].id, period: period, isTold: true)])
        }
        try await bench.notifier.deliverDue()
        #expect(bench.reports.isEmpty)
        #expect(try await bench.all().map(\.state) == [.failed])
        #expect(try await bench.all().first?.lastError?.contains("site") == true)
    }

    @Test("the evidence travels with its boxes, but not with the end of the incident")
    func evidence() async throws {
        let bench = try await NotifierBench(channels: 1, messages: 1, kind: .telegram) { _, _ in .delivered }
        try await bench.notifier.deliverDue()
        try await bench.addMessage(.closed)
        try await bench.notifier.deliverDue()
        let alerts = bench.alerts
        #expect(alerts.map(\.event) == [.opened, .closed])
        #expect(alerts.map { $0.picture != nil } == [true, false])
        #expect(alerts[0].picture != NotifierBench.picture, "boxes are drawn")
        #expect(alerts[0].cameraName == "Entrance" && alerts[0].text.body.contains("Entrance"))
    }
}
