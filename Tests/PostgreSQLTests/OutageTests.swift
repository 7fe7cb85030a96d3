import ServiceLifecycle
import Testing

@testable import PostgreSQL

@Suite("Reconnecting")
struct OutageTests {
    private let start = ContinuousClock.now
    private let away = PostgreSQLError(.connectionLost, message: "away")

    @Test("is tried at once, then after growing pauses by one caller at a time")
    func pauses() {
        var outage = Outage(policy: RetryPolicy(initial: .seconds(1), maximum: .seconds(4)))
        let deadline = start + .seconds(60)
        #expect(outage.decide(at: start, deadline: deadline) == .connect)
        var now = start
        for pause in [1, 2, 4, 4] {
            outage.failed(away, at: now, random: 1)
            #expect(outage.decide(at: now, deadline: deadline) == .wait(until: now + .seconds(pause)))
            now += .seconds(pause)
            #expect(outage.decide(at: now, deadline: deadline) == .connect)
            #expect(outage.decide(at: now, deadline: deadline) != .connect, "another caller waits for the first")
        }
        #expect(outage.since == start)
    }

    @Test("fails a caller that will not wait for the next attempt, with the last error")
    func deadline() {
        var outage = Outage(policy: RetryPolicy(initial: .seconds(10)))
        outage.failed(away, at: start, random: 1)
        #expect(outage.decide(at: start, deadline: start + .seconds(5)) == .fail(away))
    }

    @Test("forgets everything once it succeeds")
    func ends() {
        var outage = Outage()
        outage.failed(away, at: start)
        outage.ended()
        #expect(outage.lastError == nil && outage.since == nil)
        #expect(outage.decide(at: start, deadline: start) == .connect)
    }
}
