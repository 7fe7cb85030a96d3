import Foundation
import Testing

@testable import Web

@Suite("The limit of attempts")
struct RateLimitTests {
    private let start = Date(timeIntervalSince1970: 0)

    @Test("allows a burst, then says how long to wait, then one by one")
    func burst() {
        var limit = RateLimit(burst: 3, interval: 10)
        for _ in 0..<3 { #expect(limit.take("a", at: start) == nil) }
        #expect(limit.take("a", at: start) == 10)
        #expect(limit.take("a", at: start + 4) == 6)
        #expect(limit.take("a", at: start + 10) == nil)
        #expect(limit.take("a", at: start + 10) == 10)
        #expect(limit.take("b", at: start + 10) == nil)
    }

    @Test("never gathers more than a burst, also after a long rest or when the clock goes back")
    func rest() {
        var limit = RateLimit(burst: 2, interval: 10)
        #expect(limit.take("a", at: start) == nil)
        let later = start + 1_000_000
        #expect(limit.take("a", at: later) == nil)
        #expect(limit.take("a", at: later) == nil)
        #expect(limit.take("a", at: later) != nil)
        #expect(limit.take("a", at: start) != nil)
    }

    @Test("gives back an attempt that was right")
    func refund() {
        var limit = RateLimit(burst: 1, interval: 10)
        #expect(limit.take("a", at: start) == nil)
        limit.refund("a", at: start)
        #expect(limit.take("a", at: start) == nil)
        #expect(limit.take("a", at: start) != nil)
    }

    @Test("remembers a bounded number of keys, and those in use longest")
    func memory() {
        var limit = RateLimit(burst: 1, interval: 1000, maximumKeys: 100)
        for index in 0..<10_000 { _ = limit.take("key \(index)", at: start + Double(index) / 1000) }
        #expect(limit.keyCount <= 100)
        #expect(limit.take("key 9999", at: start + 10) != nil)
    }
}
