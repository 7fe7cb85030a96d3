import ServiceLifecycle
import TestSupport
import Testing

@testable import InferenceHTTP

@Suite("The balance between model servers")
struct ServerBalanceTests {
    private static let policy = RetryPolicy(initial: .seconds(1), maximum: .seconds(30))

    private func balance(_ count: Int, ready: Bool = true) -> SharedBalance {
        let balance = SharedBalance(ServerBalance(count: count, policy: Self.policy))
        if ready { for index in 0..<count { balance.value.ready(index, at: .zero) } }
        return balance
    }

    @Test("asks a server whether it is ready before it gets anything")
    func probesFirst() {
        let balance = balance(2, ready: false)
        #expect(balance.choose(at: .zero) == .probe(0))
        balance.failed(0, at: .zero, wasProbe: true, reason: "down", random: 0)
        #expect(balance.choose(at: .zero) == .probe(1))
        balance.value.ready(1, at: .zero)
        #expect(balance.choose(at: .zero) == .send(to: 1))
    }

    @Test("gives the next request to the one with the least to do, in turn where they are equal")
    func leastUnderWay() {
        let balance = balance(3)
        let first = (0..<3).map { _ in balance.choose(at: .zero) }
        #expect(Set(first) == [.send(to: 0), .send(to: 1), .send(to: 2)])
        balance.value.answered(1)
        #expect(balance.choose(at: .zero) == .send(to: 1))
        for index in 0..<3 { balance.value.answered(index) }
        let counts = (0..<300).reduce(into: [0, 0, 0]) { counts, _ in
            guard case .send(let index) = balance.choose(at: .zero) else { return }
            balance.value.answered(index)
            counts[index] += 1
        }
        #expect(counts == [100, 100, 100])
    }

    @Test("lets a server that fails leave, and come back when it is ready again")
    func leavesAndReturns() {
        let balance = balance(2)
        #expect(balance.choose(at: .zero) == .send(to: 0))
        #expect(balance.failed(0, at: .zero, wasProbe: false, reason: "lost", random: 0))
        for _ in 0..<5 { #expect(balance.choose(at: .zero) == .send(to: 1)) }
        // The shortest pause is half of the first one.
        #expect(balance.choose(at: .milliseconds(499)) == .send(to: 1))
        #expect(balance.choose(at: .milliseconds(500)) == .probe(0))
        #expect(balance.choose(at: .milliseconds(500)) == .send(to: 1))
        balance.value.ready(0, at: .milliseconds(600))
        #expect(balance.choose(at: .milliseconds(600)) == .send(to: 0))
    }

    @Test("counts requests that fail together as one failure")
    func oneFailure() {
        let balance = balance(1)
        for _ in 0..<8 { _ = balance.choose(at: .zero) }
        let news = (0..<8).map { _ in
            balance.failed(0, at: .seconds(1), wasProbe: false, reason: "lost", random: 0)
        }
        #expect(news.filter(\.self).count == 1)
        #expect(balance.underWay(0) == 0 && balance.choose(at: .seconds(1)) == .away(until: .milliseconds(1500)))
    }

    @Test("leaves a busy server in and waits as long as it asks for")
    func busy() {
        let balance = balance(2)
        _ = balance.choose(at: .zero)
        balance.value.refused(0, at: .zero, pause: .seconds(7), reason: "full", random: 0)
        #expect(balance.choose(at: .zero) == .send(to: 1))
        balance.value.refused(1, at: .zero, pause: nil, reason: "full", random: 0)
        #expect(balance.choose(at: .zero) == .wait(until: .milliseconds(500)))
        #expect(balance.choose(at: .milliseconds(500)) == .send(to: 1))
        balance.value.answered(1)
        #expect(balance.choose(at: .seconds(7), except: [1]) == .send(to: 0))
    }

    @Test("does not let a server pause for ever")
    func boundedPause() {
        let balance = balance(1)
        _ = balance.choose(at: .zero)
        balance.value.refused(0, at: .zero, pause: .seconds(1 << 31), reason: "full", random: 0)
        #expect(balance.choose(at: .zero) == .wait(until: ServerBalance.maximumPause))
    }

    @Test("asks a server that stays away ever more rarely, however many requests there are")
    func backOff() {
        let balance = balance(1, ready: false)
        var random = SeededGenerator(seed: 7)
        var probes: [Int] = []
        for milliseconds in 0..<600_000 where milliseconds.isMultiple(of: 20) {
            let now = Duration.milliseconds(milliseconds)
            guard case .probe = balance.choose(at: now) else { continue }
            probes.append(milliseconds)
            balance.failed(
                0, at: now, wasProbe: true, reason: "down", random: .random(in: 0..<1, using: &random))
        }
        let gaps = zip(probes, probes.dropFirst()).map { $1 - $0 }
        // Ten minutes: 1, 2, 4, 8, 16 s, then 15 to 30 s each.
        #expect((20...46).contains(probes.count))
        #expect(gaps.allSatisfy { (500...30_020).contains($0) } && (gaps.last ?? 0) >= 15_000)
        #expect(Set(gaps.suffix(10)).count > 1)
    }

    @Test("keeps its promises whatever happens", arguments: 0..<50)
    func properties(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 1...5, using: &random)
        // Every pause is half a second then.
        var balance = ServerBalance(
            count: count, policy: RetryPolicy(initial: .seconds(1), maximum: .seconds(1)))
        var model = BalanceModel(count: count)
        var now = Duration.zero
        for _ in 0..<400 {
            now += .milliseconds(Int.random(in: 0...800, using: &random))
            let tried = Set((0..<count).filter { _ in Int.random(in: 0..<8, using: &random) == 0 })
            let choice = balance.choose(at: now, except: tried)
            if !model.permits(choice, at: now, except: tried) { model.broken += 1 }
            model.follow(choice, &balance, now, &random)
            model.finishSome(&balance, now, &random)
            if (0..<count).contains(where: { balance.underWay($0) != model.underWay[$0] }) { model.broken += 1 }
        }
        #expect(model.broken == 0)
    }
}

/// What is known of the servers from the outside.
private struct BalanceModel {
    var underWay: [Int]
    /// Promises that were not kept.
    var broken = 0
    private var isIn: [Bool]
    private var notBefore: [Duration]

    init(count: Int) {
        underWay = Array(repeating: 0, count: count)
        isIn = Array(repeating: false, count: count)
        notBefore = Array(repeating: .zero, count: count)
    }

    func permits(_ choice: ServerBalance.Choice, at now: Duration, except tried: Set<Int>) -> Bool {
        let inside = isIn.indices.filter { isIn[$0] && !tried.contains($0) }
        let free = inside.filter { notBefore[$0] <= now }
        return switch choice {
        case .send(let index): free.contains(index) && underWay[index] == free.map { underWay[$0] }.min()
        case .probe(let index): !isIn[index] && notBefore[index] <= now && !tried.contains(index)
        case .wait(let time): free.isEmpty && !inside.isEmpty && time > now
        case .away: inside.isEmpty
        }
    }

    mutating func follow(
        _ choice: ServerBalance.Choice, _ balance: inout ServerBalance, _ now: Duration,
        _ random: inout SeededGenerator
    ) {
        switch choice {
        case .send(let index): underWay[index] += 1
        case .probe(let index) where Bool.random(using: &random):
            balance.ready(index, at: now)
            isIn[index] = true
        case .probe(let index): fail(index, &balance, now, wasProbe: true)
        case .wait, .away: break
        }
    }

    mutating func finishSome(
        _ balance: inout ServerBalance, _ now: Duration, _ random: inout SeededGenerator
    ) {
        for index in underWay.indices where underWay[index] > 0 && Int.random(in: 0..<3, using: &random) == 0 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: fail(index, &balance, now, wasProbe: false)
            case 1:
                balance.refused(index, at: now, pause: .seconds(3), reason: "full", random: 0)
                notBefore[index] = max(notBefore[index], now + .seconds(3))
            case 2: balance.abandoned(index)
            default: balance.answered(index)
            }
            underWay[index] -= 1
        }
    }

    private mutating func fail(_ index: Int, _ balance: inout ServerBalance, _ now: Duration, wasProbe: Bool) {
        balance.failed(index, at: now, wasProbe: wasProbe, reason: "lost", random: 0)
        guard isIn[index] || notBefore[index] <= now else { return }
        isIn[index] = false
        notBefore[index] = now + .milliseconds(500)
    }
}

/// For expectations, which take no mutating calls.
private final class SharedBalance {
    var value: ServerBalance

    init(_ value: ServerBalance) { self.value = value }

    func choose(at now: Duration, except tried: Set<Int> = []) -> ServerBalance.Choice {
        value.choose(at: now, except: tried)
    }

    @discardableResult
    func failed(_ index: Int, at now: Duration, wasProbe: Bool, reason: String, random: Double) -> Bool {
        value.failed(index, at: now, wasProbe: wasProbe, reason: reason, random: random)
    }

    func underWay(_ index: Int) -> Int { value.underWay(index) }
}
