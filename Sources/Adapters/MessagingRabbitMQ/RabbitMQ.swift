package import Domain
import Foundation
package import Logging
package import Messaging
package import ServiceLifecycle
import Synchronization

/// A RabbitMQ broker: one connection to publish, one to consume and one to look, each on a thread of its own and each
/// connected again for ever.
package final class RabbitMQ: Sendable {
    package struct Options: Sendable {
        /// Messages a receiver holds, beside those it works on.
        package var prefetch = 32
        /// Messages that wait for their confirm at the same time.
        package var window = 1024
        /// How long a publisher waits for the confirm before it is told that the broker is away.
        package var publishTimeout = Duration.seconds(10)
        package var backOff = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(30))

        package init() {}
    }

    /// What is wrong, for the readiness of a role; nil is well.
    package struct Health: Sendable, Equatable {
        package let publishing: String?
        package let consuming: String?
        package var isWell: Bool { publishing == nil && consuming == nil }
    }

    let options: Options
    private let blocked: BlockedState
    private let listeners: InProcessBroadcast
    private let publisher: BrokerLink<PublisherSession>
    private let consumer: BrokerLink<ConsumerSession>
    private let inspector: BrokerLink<InspectorSession>
    private let queues = Mutex<[String: RabbitMQWorkQueue]>([:])

    /// Begins to connect and does not wait for it: the broker may come later.
    /// - Parameter url: `amqp://user:password@host:port/vhost`, `amqps://...?cacertfile=PATH`; see `BrokerAddress`.
    /// - Throws: `QueueError`, `.unavailable`, when the address is wrong.
    package static func open(url: String, options: Options = Options(), logger: Logger) throws -> RabbitMQ {
        try RabbitMQ(BrokerAddress(url), options, logger.labelled("rabbitmq"))
    }

    private init(_ address: BrokerAddress, _ options: Options, _ logger: Logger) throws {
        let blocked = BlockedState()
        let listeners = InProcessBroadcast()
        (self.options, self.blocked, self.listeners) = (options, blocked, listeners)
        publisher = try BrokerLink("publisher", address, backOff: options.backOff, logger: logger) {
            PublisherSession(blocked: blocked, width: options.window, logger: logger)
        }
        consumer = try BrokerLink("consumer", address, backOff: options.backOff, logger: logger) {
            ConsumerSession(logger: logger) { change in Task { await listeners.publish(change) } }
        }
        inspector = try BrokerLink("inspector", address, backOff: options.backOff, logger: logger) {
            InspectorSession()
        }
    }

    /// The queue of this name. The limits of the first call count; every process must name the same ones.
    package func queue(_ name: String, limits: QueueLimits = QueueLimits()) -> RabbitMQWorkQueue {
        let (queue, isNew) = queues.withLock { queues in
            if let queue = queues[name] { return (queue, false) }
            let queue = RabbitMQWorkQueue(Topology(name: name, limits: limits), broker: self)
            queues[name] = queue
            return (queue, true)
        }
        if isNew {
            let topology = Topology(name: name, limits: limits)
            publisher.submit { session, connection in try session.add(topology, connection) }
        }
        return queue
    }

    /// Deletes the queue with everything in it, its retries and its dead letters: for queues of a measurement or a test.
    package func delete(_ name: String) async throws {
        let queue = queues.withLock { $0.removeValue(forKey: name) }
        guard queue != nil else { return }
        let topology = Topology(name: name, limits: QueueLimits())
        publisher.submit { session, _ in session.remove(topology) }
        consumer.submit { session, connection in try session.stop(topology, connection) }
        try await inspect { session, connection in try session.delete(topology, connection) }
    }

    /// The changes of all processes at this broker.
    package var broadcast: RabbitMQBroadcast { RabbitMQBroadcast(broker: self) }

    package var health: Health {
        let waiting = blocked.reason.map { "the broker takes no messages: \($0)" }
        return Health(publishing: publisher.error ?? waiting, consuming: consumer.error)
    }

    /// Ends the connections. What was received and not settled goes to other receivers; publishers get `.closed`.
    package func close() async {
        await publisher.close()
        await consumer.close()
        await inspector.close()
        queues.withLock { $0 = [:] }
    }

    func publish(_ message: BrokerMessage, to queue: String) async throws {
        if let reason = blocked.reason {
            throw QueueError(.unavailable, "the broker takes no messages: \(reason)")
        }
        let deadline = ContinuousClock.now + options.publishTimeout
        try await withCheckedThrowingContinuation { continuation in
            let entry = PublishWindow.Entry(queue: queue, message: message, deadline: deadline) { result in
                continuation.resume(with: result)
            }
            let isOpen = publisher.submit { session, connection in try session.publish(entry, connection) }
            if !isOpen { continuation.resume(throwing: Self.closed) }
        }
    }

    func settle(_ held: Inbox.Held, _ inbox: Inbox, acknowledges: Bool) async throws {
        consumer.submit { session, connection in
            try session.settle(held, inbox, connection, acknowledges: acknowledges)
        }
    }

    func consume(_ topology: Topology, _ inbox: Inbox) {
        let prefetch = options.prefetch
        consumer.submit { session, connection in
            try session.consume(topology, inbox, prefetch: prefetch, connection)
        }
    }

    func inspect<Value: Sendable>(
        _ body: @escaping @Sendable (InspectorSession, BrokerConnection) throws -> Value
    ) async throws -> Value {
        let inspector = inspector
        do {
            return try await inspector.run(orElse: Self.closed) { session, connection in
                guard let connection else {
                    throw QueueError(.unavailable, "the broker is away: \(inspector.error ?? "not connected")")
                }
                return try body(session, connection)
            }
        } catch let error as BrokerError { throw QueueError(.unavailable, error.message) }
    }

    func announce(_ change: Change) {
        guard let body = try? JSONEncoder().encode(change) else { return }
        let message = BrokerMessage(id: UUID().uuidString, body: body)
        publisher.submit { session, connection in try session.announce(message, connection) }
    }

    func listen() -> AsyncStream<Change> {
        consumer.submit { session, connection in try session.listen(connection) }
        return listeners.subscribe()
    }

    private static let closed = QueueError(.closed, "the connection to the broker is closed")
}

/// Begins to consume at the first call, so that a role that only publishes holds no messages.
final class Consumption: Sendable {
    private let hasBegun = Mutex(false)
    private let start: @Sendable () -> Void

    init(_ topology: Topology, _ inbox: Inbox, _ broker: RabbitMQ) {
        start = { [weak broker] in broker?.consume(topology, inbox) }
    }

    func begin() {
        let mustStart = hasBegun.withLock { hasBegun in
            defer { hasBegun = true }
            return !hasBegun
        }
        if mustStart { start() }
    }
}

/// Changes through a fan-out exchange: every process has a queue of its own that ends with its connection.
package struct RabbitMQBroadcast: Broadcast {
    private let broker: RabbitMQ

    init(broker: RabbitMQ) { self.broker = broker }

    package func publish(_ change: Change) async { broker.announce(change) }

    package func subscribe() -> AsyncStream<Change> { broker.listen() }
}
