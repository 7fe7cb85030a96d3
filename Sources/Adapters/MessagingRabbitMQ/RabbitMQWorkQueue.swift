import Foundation
package import Messaging
import ServiceLifecycle

/// A work queue that stands for a few quorum queues of a RabbitMQ broker: the queue, its ladder of retries, its dead
/// letters. Any number of processes publish and receive.
package final class RabbitMQWorkQueue: WorkQueue {
    package var name: String { topology.name }
    private let topology: Topology
    private let broker: RabbitMQ
    private let inbox = Inbox()
    private let consumption: Consumption

    init(_ topology: Topology, broker: RabbitMQ) {
        (self.topology, self.broker) = (topology, broker)
        consumption = Consumption(topology, inbox, broker)
    }

    package func publish(_ message: QueueMessage) async throws {
        guard message.body.count <= QueueMessage.maximumBytes else {
            throw QueueError(
                .messageTooLarge,
                "the message has \(message.body.count) bytes, at most \(QueueMessage.maximumBytes) are allowed")
        }
        let headers = [Header.published: Header.milliseconds(Date())]
        try await broker.publish(BrokerMessage(id: message.id, body: message.body, headers: headers), to: name)
    }

    /// A cancelled task gets an empty list. Nothing is consumed before the first call.
    package func receive(atMost maximum: Int, wait: Duration) async throws -> [Delivery] {
        consumption.begin()
        let deadline = ContinuousClock.now + wait
        while !Task.isCancelled {
            let generation = inbox.arrival.generation
            let taken = try await buryWornOut(inbox.take(atMost: max(1, maximum)))
            if !taken.isEmpty { return taken }
            let left = deadline - .now
            guard left > .zero else {
                if let failure = inbox.failure { throw QueueError(.unavailable, failure) }
                return []
            }
            await inbox.arrival.sleep(since: generation, atMost: left)
        }
        return []
    }

    /// Receivers died with a message so often that it is given up.
    private func buryWornOut(_ deliveries: [Delivery]) async throws -> [Delivery] {
        for delivery in deliveries where delivery.attempt > topology.limits.attempts {
            try await deadLetter(delivery, reason: .interruptedTooOften)
        }
        return deliveries.filter { $0.attempt <= topology.limits.attempts }
    }

    package func acknowledge(_ delivery: Delivery) async throws {
        guard let held = inbox.remove(delivery) else { return }
        try await broker.settle(held, inbox, acknowledges: true)
    }

    package func retry(_ delivery: Delivery, after delay: Duration, reason: DeadLetter.Reason) async throws {
        guard delivery.attempt < topology.limits.attempts else { return try await deadLetter(delivery, reason: reason) }
        try await move(delivery, to: topology.queue(after: delay)) { $0[Header.attempts] = .integer(delivery.attempt) }
    }

    package func deadLetter(_ delivery: Delivery, reason: DeadLetter.Reason) async throws {
        try await move(delivery, to: topology.dead) { headers in
            headers[Header.attempts] = .integer(delivery.attempt)
            headers[Header.died] = Header.milliseconds(Date())
            headers[Header.code] = .text(reason.code)
            headers[Header.reason] = .text(String(reason.message.prefix(1000)))
        }
    }

    /// RabbitMQ before 4.3 counts what is handed back, so that a copy takes its place, at the end of the queue.
    package func release(_ delivery: Delivery) async throws {
        try await move(delivery, to: name) { $0[Header.attempts] = .integer(delivery.attempt - 1) }
    }

    /// Publishes a copy and acknowledges the delivery once it is safe. If it cannot be published, the broker gets the
    /// message back, which counts as an attempt.
    private func move(
        _ delivery: Delivery, to queue: String, _ change: (inout [String: FieldValue]) -> Void
    ) async throws {
        guard let held = inbox.remove(delivery) else { return }
        var headers = [Header.published: Header.milliseconds(delivery.publishedAt)]
        change(&headers)
        do {
            try await broker.publish(BrokerMessage(id: delivery.id, body: delivery.body, headers: headers), to: queue)
        } catch {
            try await broker.settle(held, inbox, acknowledges: false)
            throw error
        }
        try await broker.settle(held, inbox, acknowledges: true)
    }

    /// In flight are the deliveries of this process only, and the age of the oldest message is not known: AMQP tells
    /// neither.
    package func depth() async throws -> QueueDepth {
        let topology = topology
        let (counts, dead) = try await broker.inspect { session, connection in
            let queues = [topology.name] + topology.retries
            return (
                try queues.reduce(0) { try $0 + session.count($1, connection) },
                try session.count(topology.dead, connection)
            )
        }
        let held = inbox.counts
        return QueueDepth(ready: counts + held.waiting, inFlight: held.handedOut, dead: dead, oldest: nil)
    }

    /// The broker keeps no counts that outlive it.
    package func totals() async throws -> QueueTotals? { nil }

    package func deadLetters(limit: Int) async throws -> [DeadLetter] {
        let topology = topology
        let letters = try await broker.inspect { try $0.letters(topology, $1) }
        return Array(letters.reversed().prefix(limit))
    }

    package func revive(_ messageID: String) async throws -> Bool {
        let topology = topology
        return try await broker.inspect { try $0.revive(messageID, topology, $1) }
    }
}
