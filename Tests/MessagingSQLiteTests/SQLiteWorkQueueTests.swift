import Foundation
import Messaging
import MessagingSQLite
import TestSupport
import Synchronization
import Testing

@Suite("The work queue in SQLite")
struct SQLiteWorkQueueTests {
    private let scratch: ScratchDirectory
    private static let reason = DeadLetter.Reason(code: "test", message: "A test asked for it.")

    init() throws { scratch = try ScratchDirectory() }

    private func open(now: @escaping @Sendable () -> Date = { Date() }) async throws -> QueueDatabase {
        try await QueueDatabase.open(path: scratch.path("queue.sqlite"), now: now)
    }

    private static func limits() -> QueueLimits {
        var limits = QueueLimits()
        limits.messages = WorkQueueContract.capacity
        limits.attempts = WorkQueueContract.attempts
        return limits
    }

    @Test("keeps the contract of every work queue")
    func contract() async throws {
        try await WorkQueueContract(queue: try await open().queue("snapshots", limits: Self.limits())).check()
    }

    @Test("refuses a second process with one sentence")
    func oneProcess() async throws {
        let first = try await open()
        await #expect {
            _ = try await open()
        } throws: { error in
            let error = error as? QueueError
            return error?.code == .unavailable && error?.message.contains("in use by another process") == true
        }
        _ = try await first.queue("snapshots")
    }

    @Test("delivers again what was in flight when the process ended")
    func redelivers() async throws {
        try await publishAndAbandon(2)
        let queue = try await open().queue("snapshots", limits: Self.limits())
        #expect(try await queue.depth().ready == 2)
        let first = try #require(try await queue.receive(atMost: 2, wait: .zero).first)
        #expect(first.id == "0")
        #expect(first.attempt == 2)
    }

    @Test("delivers what may have killed the process alone, and gives it up after the last attempt")
    func isolates() async throws {
        try await publishAndAbandon(4)
        for _ in 2...WorkQueueContract.attempts {
            let queue = try await open().queue("snapshots", limits: Self.limits())
            #expect(try await queue.receive(atMost: 4, wait: .zero).map(\.id) == ["0"])
            #expect(try await queue.receive(atMost: 4, wait: .zero).isEmpty, "the others wait for the suspect")
        }
        let queue = try await open().queue("snapshots", limits: Self.limits())
        for id in ["1", "2", "3"] {
            let delivery = try #require(try await queue.receive(atMost: 4, wait: .zero).first)
            #expect(delivery.id == id)
            #expect(delivery.attempt == 2)
            try await queue.acknowledge(delivery)
        }
        let dead = try await queue.deadLetters(limit: 9)
        #expect(dead.map(\.id) == ["0"])
        #expect(dead.first?.reason.code == "attempts")
    }

    /// Publishes messages named 0, 1, ..., receives them all and ends without settling any.
    private func publishAndAbandon(_ count: Int) async throws {
        let queue = try await open().queue("snapshots", limits: Self.limits())
        for number in 0..<count { try await queue.publish(QueueMessage(id: "\(number)", body: Data("{}".utf8))) }
        #expect(try await queue.receive(atMost: count, wait: .zero).count == count)
    }

    @Test("delivers a retried message when its time has come, also after the clock was set back")
    func delays() async throws {
        let clock = TestClock()
        let queue = try await open(now: { clock.now }).queue("snapshots", limits: Self.limits())
        try await queue.publish(QueueMessage(id: "a", body: Data()))
        let first = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
        try await queue.retry(first, after: .seconds(60), reason: Self.reason)
        clock.advance(by: 59)
        #expect(try await queue.receive(atMost: 1, wait: .zero).isEmpty)
        clock.advance(by: 1)
        let second = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
        try await queue.retry(second, after: .seconds(60), reason: Self.reason)
        clock.advance(by: -2 * 3600)
        #expect(try await queue.receive(atMost: 1, wait: .zero).count == 1)
    }

    @Test("delivers again what a receiver has held for too long")
    func reclaims() async throws {
        let clock = TestClock()
        var limits = Self.limits()
        limits.patience = 600
        let queue = try await open(now: { clock.now }).queue("snapshots", limits: limits)
        try await queue.publish(QueueMessage(id: "a", body: Data()))
        let first = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
        clock.advance(by: 599)
        #expect(try await queue.receive(atMost: 1, wait: .zero).isEmpty)
        clock.advance(by: 1)
        let second = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
        try await queue.acknowledge(first)
        #expect(try await queue.depth().inFlight == 1, "the late acknowledgement does not count")
        try await queue.acknowledge(second)
    }

    @Test("keeps as many dead letters as it may, the newest, and counts them all")
    func boundsDeadLetters() async throws {
        var limits = Self.limits()
        limits.deadLetters = 3
        let queue = try await open().queue("snapshots", limits: limits)
        for number in 0..<5 {
            try await queue.publish(QueueMessage(id: "\(number)", body: Data()))
            let delivery = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
            let code = number == 4 ? "expired" : "picture_invalid"
            try await queue.deadLetter(delivery, reason: .init(code: code, message: "why"))
        }
        #expect(try await queue.deadLetters(limit: 9).map(\.id) == ["4", "3", "2"])
        #expect(try await queue.depth().dead == 3)
        #expect(try await queue.totals() == QueueTotals(published: 5, acknowledged: 0, failed: 4, expired: 1))
    }

    @Test("is bounded in bytes")
    func boundsBytes() async throws {
        var limits = Self.limits()
        limits.bytes = 100
        let queue = try await open().queue("snapshots", limits: limits)
        try await queue.publish(QueueMessage(id: "a", body: Data(count: 60)))
        await #expect {
            try await queue.publish(QueueMessage(id: "b", body: Data(count: 60)))
        } throws: { ($0 as? QueueError)?.code == .full }
        try await queue.acknowledge(try #require(try await queue.receive(atMost: 1, wait: .zero).first))
        try await queue.publish(QueueMessage(id: "b", body: Data(count: 60)))
    }

    @Test("conserves messages over random operations", arguments: 0..<10)
    func conserves(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let queue = try await open().queue("snapshots", limits: Self.limits())
        var held: [Delivery] = []
        for step in 0..<120 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2: try? await queue.publish(QueueMessage(id: "\(step % 40)", body: Data(count: step)))
            case 3: held += try await queue.receive(atMost: 2, wait: .zero)
            case 4: if let one = held.popLast() { try await queue.acknowledge(one) }
            case 5: if let one = held.popLast() { try await queue.retry(one, after: .zero, reason: Self.reason) }
            case 6: if let one = held.popLast() { try await queue.deadLetter(one, reason: Self.reason) }
            default: if let dead = try await queue.deadLetters(limit: 1).first { _ = try await queue.revive(dead.id) }
            }
            let (depth, totals) = (try await queue.depth(), try #require(try await queue.totals()))
            #expect(depth.inFlight == held.count)
            #expect(
                totals.published == depth.ready + depth.inFlight + totals.acknowledged + totals.failed + totals.expired)
        }
    }
}

@Suite("The queue's memory")
struct QueueMemoryTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("ignores a message that was acknowledged, also after the process died, and counts it once")
    func acknowledgedAgain() async throws {
        let path = scratch.path("queue.db")
        let message = QueueMessage(id: "one", body: Data("{}".utf8))
        do {
            let queue = try await QueueDatabase.open(path: path).queue("snapshots")
            try await queue.publish(message)
            let delivery = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
            try await queue.acknowledge(delivery)
        }
        let queue = try await QueueDatabase.open(path: path).queue("snapshots")
        try await queue.publish(message)
        #expect(try await queue.receive(atMost: 1, wait: .zero).isEmpty)
        #expect(try await queue.totals()?.published == 1)
    }

    @Test("ignores a message that is a dead letter already")
    func deadAgain() async throws {
        let queue = try await QueueDatabase.open(path: scratch.path("queue.db")).queue("snapshots")
        let message = QueueMessage(id: "one", body: Data("{}".utf8))
        try await queue.publish(message)
        let delivery = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
        try await queue.deadLetter(delivery, reason: DeadLetter.Reason(code: "test", message: "a test"))
        try await queue.publish(message)
        #expect(try await queue.depth().ready == 0)
        #expect(try await queue.depth().dead == 1)
    }

    @Test("forgets after an hour")
    func forgets() async throws {
        let clock = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
        let database = try await QueueDatabase.open(path: scratch.path("queue.db")) { clock.withLock { $0 } }
        let queue = try await database.queue("snapshots")
        for id in ["one", "two", "one"] {
            try await queue.publish(QueueMessage(id: id, body: Data("{}".utf8)))
            let delivery = try #require(try await queue.receive(atMost: 1, wait: .zero).first)
            try await queue.acknowledge(delivery)
            clock.withLock { $0 += 3601 }
        }
        #expect(try await queue.totals()?.published == 3)
    }
}
