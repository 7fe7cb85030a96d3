import Domain
import Foundation
import Notifications
import Notifier
import Testing

@Suite("Delivery schedule")
struct DeliveryScheduleTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)
    private let schedule = DeliverySchedule()

    @Test("tries ten times over the hours of Standard Webhooks, then gives up")
    func attempts() {
        let waits = (1...10).map {
            schedule.nextAttempt(after: $0, at: now, retryAfter: nil, random: 0)?.timeIntervalSince(now)
        }
        #expect(waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, nil])
    }

    @Test("jitter adds up to a tenth and never takes away", arguments: 1...9)
    func jitter(_ attempt: Int) throws {
        let low = try #require(schedule.nextAttempt(after: attempt, at: now, retryAfter: nil, random: 0))
        let high = try #require(schedule.nextAttempt(after: attempt, at: now, retryAfter: nil, random: 0.999))
        #expect(high > low && high.timeIntervalSince(now) <= low.timeIntervalSince(now) * 1.1)
    }

    @Test("waits as long as the receiver asks, but a day at most")
    func retryAfter() {
        func wait(_ asked: Duration) -> Double? {
            schedule.nextAttempt(after: 1, at: now, retryAfter: asked, random: 0)?.timeIntervalSince(now)
        }
        #expect(wait(.seconds(1)) == 5)
        #expect(wait(.seconds(120)) == 120)
        #expect(wait(.seconds(999_999)) == 86400)
    }
}
