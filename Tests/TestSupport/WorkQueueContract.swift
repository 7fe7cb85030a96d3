import Foundation
package import Messaging
import Testing

/// What every work queue does. An adapter's tests give each check a fresh, empty queue that holds at most ten messages
/// and delivers each at most three times.
package struct WorkQueueContract {
    package static let capacity = 10
    package static let attempts = 3

    /// Where adapters may differ; the port's documentation says so too.
    package struct Abilities: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// A message that waits is not added twice.
        package static let knowsMessages = Abilities(rawValue: 1)
        /// What is in flight counts towards the bound, and the bound is exact.
        package static let exactBound = Abilities(rawValue: 2)
        package static let all: Abilities = [.knowsMessages, .exactBound]
    }

    private let queue: any WorkQueue
    private let abilities: Abilities
    private static let reason = DeadLetter.Reason(code: "test", message: "A test asked for it.")

    package init(queue: any WorkQueue, abilities: Abilities = .all) {
        self.queue = queue
        self.abilities = abilities
    }

    package func check() async throws {
        try await deliversInOrder()
        if abilities.contains(.knowsMessages) { try await addsAWaitingMessageOnce() }
        try await refusesMoreThanItsBound()
        try await refusesLargeMessages()
        try await countsAttempts()
        try await keepsDeadLettersWithTheirReason()
        try await releasesUncounted()
        try await settlesOnce()
        try await returnsEmptyHanded()
        try await wakesAReceiver()
        try await stopsWaitingWhenCancelled()
    }

    /// Each part of the contract has messages of its own: a queue may know those of the parts before.
    private func message(_ number: Int, _ part: String = #function) -> QueueMessage {
        QueueMessage(id: "\(part)-message-\(number)", body: Data("{\"number\":\(number)}".utf8))
    }

    private func receiveOne() async throws -> Delivery { try #require(try await receive(1).first) }

    /// That many, in as many calls as it takes.
    private func receive(_ count: Int) async throws -> [Delivery] {
        var deliveries: [Delivery] = []
        while deliveries.count < count {
            let more = try await queue.receive(atMost: count - deliveries.count, wait: .seconds(20))
            try #require(!more.isEmpty, "\(deliveries.count) of \(count) messages arrived")
            deliveries += more
        }
        return deliveries
    }

    /// A broker counts a little later than it answers.
    private func hasDepth(ready: Int, inFlight: Int, dead: Int = 0) async throws -> Bool {
        let queue = queue
        return try await eventually {
            let depth = try await queue.depth()
            return depth.ready == ready && depth.inFlight == inFlight && depth.dead == dead
        }
    }

    private func code(_ body: () async throws -> Void) async -> QueueError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? QueueError)?.code }
    }

    private func deliversInOrder() async throws {
        for number in 0..<5 { try await queue.publish(message(number)) }
        let first = try await receive(3)
        let second = try await receive(2)
        #expect((first + second).map(\.id) == (0..<5).map { message($0).id })
        #expect((first + second).map(\.body) == (0..<5).map { message($0).body })
        #expect(try await hasDepth(ready: 0, inFlight: 5))
        for delivery in first + second { try await queue.acknowledge(delivery) }
        #expect(try await hasDepth(ready: 0, inFlight: 0))
        #expect(try await queue.depth().oldest == nil)
    }

    private func addsAWaitingMessageOnce() async throws {
        try await queue.publish(message(1))
        try await queue.publish(message(1))
        #expect(try await queue.depth().ready == 1)
        try await queue.acknowledge(try await receiveOne())
        #expect(try await queue.receive(atMost: 1, wait: .zero).isEmpty)
    }

    private func refusesMoreThanItsBound() async throws {
        for number in 0..<Self.capacity { try await queue.publish(message(number)) }
        var added = Self.capacity
        while abilities.contains(.exactBound) == false, added < 3 * Self.capacity,
            await code({ try await queue.publish(message(added)) }) == nil
        {
            added += 1
        }
        #expect(await code { try await queue.publish(message(added)) } == .full)
        if abilities.contains(.exactBound) {
            let deliveries = try await receive(added)
            #expect(await code { try await queue.publish(message(added)) } == .full, "in flight counts")
            for delivery in deliveries { try await queue.acknowledge(delivery) }
        } else {
            for _ in 0..<added { try await queue.acknowledge(try await receiveOne()) }
        }
        let last = message(added)
        #expect(await eventually { await code { try await queue.publish(last) } == nil })
        try await queue.acknowledge(try await receiveOne())
    }

    private func refusesLargeMessages() async throws {
        let body = Data(count: QueueMessage.maximumBytes + 1)
        #expect(await code { try await queue.publish(QueueMessage(id: "large", body: body)) } == .messageTooLarge)
    }

    private func countsAttempts() async throws {
        try await queue.publish(message(1))
        for attempt in 1...Self.attempts {
            let delivery = try await receiveOne()
            #expect(delivery.attempt == attempt)
            try await queue.retry(delivery, after: .milliseconds(1), reason: Self.reason)
        }
        #expect(try await queue.receive(atMost: 1, wait: .milliseconds(50)).isEmpty)
        let dead = try #require(try await queue.deadLetters(limit: 10).first)
        #expect(dead.attempts == Self.attempts)
        #expect(dead.reason == Self.reason)
        #expect(try await queue.revive(dead.id))
        #expect(try await queue.revive(dead.id) == false)
        let again = try await receiveOne()
        #expect(again.attempt == 1)
        try await queue.acknowledge(again)
    }

    private func keepsDeadLettersWithTheirReason() async throws {
        for number in 1...2 {
            try await queue.publish(message(number))
            try await queue.deadLetter(try await receiveOne(), reason: .init(code: "code-\(number)", message: "why"))
        }
        let dead = try await queue.deadLetters(limit: 10)
        #expect(dead.map(\.id) == [message(2).id, message(1).id], "newest first")
        #expect(dead.map(\.reason.code) == ["code-2", "code-1"])
        #expect(dead.map(\.body) == [message(2).body, message(1).body])
        #expect(try await hasDepth(ready: 0, inFlight: 0, dead: 2))
        for letter in dead { #expect(try await queue.revive(letter.id)) }
        for delivery in try await receive(2) { try await queue.acknowledge(delivery) }
        #expect(try await hasDepth(ready: 0, inFlight: 0))
        #expect(try await queue.depth().oldest == nil)
    }

    private func releasesUncounted() async throws {
        try await queue.publish(message(1))
        for _ in 0...Self.attempts {
            let delivery = try await receiveOne()
            #expect(delivery.attempt == 1)
            try await queue.release(delivery)
        }
        try await queue.acknowledge(try await receiveOne())
    }

    private func settlesOnce() async throws {
        try await queue.publish(message(1))
        let stale = try await receiveOne()
        try await queue.retry(stale, after: .zero, reason: Self.reason)
        let fresh = try await receiveOne()
        try await queue.acknowledge(stale)
        #expect(try await hasDepth(ready: 0, inFlight: 1), "the first delivery is over")
        try await queue.acknowledge(fresh)
        try await queue.acknowledge(fresh)
        #expect(try await hasDepth(ready: 0, inFlight: 0))
        #expect(try await queue.depth().oldest == nil)
    }

    private func returnsEmptyHanded() async throws {
        #expect(try await queue.receive(atMost: 1, wait: .milliseconds(20)).isEmpty)
    }

    private func wakesAReceiver() async throws {
        async let received = queue.receive(atMost: 1, wait: .seconds(30))
        try await queue.publish(message(7))
        let delivery = try #require(try await received.first)
        #expect(delivery.id == message(7).id)
        try await queue.acknowledge(delivery)
    }

    private func stopsWaitingWhenCancelled() async throws {
        let receiver = Task { try await queue.receive(atMost: 1, wait: .seconds(600)) }
        receiver.cancel()
        let result = await receiver.result
        #expect((try? result.get())?.isEmpty ?? true)
    }
}
