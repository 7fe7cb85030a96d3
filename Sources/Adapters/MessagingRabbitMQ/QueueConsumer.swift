import Foundation
import Logging
import ServiceLifecycle

/// Consumes one queue over one channel. Used on the thread of the link.
final class QueueConsumer {
    let topology: Topology
    let inbox: Inbox
    let channel: UInt16
    private let prefetch: Int
    private let logger: Logger
    private var attempt = 0
    private var openAgainAt: ContinuousClock.Instant?
    private var checkAt = ContinuousClock.now
    private var subscription = 0
    private var width = 0

    init(_ topology: Topology, _ inbox: Inbox, channel: UInt16, prefetch: Int, logger: Logger) {
        (self.topology, self.inbox, self.channel, self.prefetch) = (topology, inbox, channel, prefetch)
        self.logger = logger
    }

    private var tag: String { "maskwatch-\(subscription)" }

    /// Opens the channel, sees that the queues are there, and begins with one message at a time: one that killed its
    /// receiver before must not take others with it.
    /// - Throws: `BrokerError` of the connection. What is wrong with the queue is tried again later.
    func open(_ connection: BrokerConnection) throws {
        openAgainAt = nil
        do {
            try connection.openChannel(channel)
            try topology.declare(on: connection, channel)
            width = 1
            subscription += 1
            checkAt = .now + Self.idleTime
            inbox.open()
            try connection.consume(channel, queue: topology.name, tag: tag, prefetch: width)
            attempt = 0
        } catch { try failed(error, connection) }
    }

    private func failed(_ error: any Error, _ connection: BrokerConnection) throws {
        guard let error = error as? BrokerError, case .channel = error.scope else { throw error }
        inbox.close("the queue \(topology.name) cannot be read: \(error.message)")
        attempt += 1
        let delay = TopologyBackOff.policy.delay(attempt: attempt)
        openAgainAt = .now + delay
        logger.error(
            "the queue cannot be read",
            [.queue: topology.name, .error: error.message, .seconds: "\(delay / .seconds(1))"])
    }

    /// The broker took the consumer or the channel away, for example because an acknowledgement took too long or the
    /// queue was deleted.
    func lost(_ reason: String, channelIsOpen: Bool, _ connection: BrokerConnection) throws {
        inbox.close("the queue \(topology.name) is not read: \(reason)")
        logger.warning("the queue is read anew", [.queue: topology.name, .reason: reason])
        if channelIsOpen { try connection.closeChannel(channel) }
        attempt += 1
        openAgainAt = .now + TopologyBackOff.policy.delay(attempt: attempt)
    }

    func tick(_ connection: BrokerConnection) throws {
        if let time = openAgainAt { return time <= .now ? try open(connection) : () }
        guard checkAt <= .now else { return }
        checkAt = .now + Self.idleTime
        if inbox.counts == (0, 0) { try check(connection) }
    }

    /// Without a delivery for this long, the queue is asked whether it knows this consumer.
    private static let idleTime = Duration.seconds(5)

    /// A queue that is deleted and declared again at the same moment can lose a consumer without a word.
    private func check(_ connection: BrokerConnection) throws {
        do {
            let queue = try connection.declareQueue(channel, topology.name, passive: true)
            guard queue.consumers == 0 || queue.messages > 0 else { return }
        } catch { return try failed(error, connection) }
        // What arrived meanwhile is handed back with the channel.
        try lost("messages wait and do not arrive", channelIsOpen: true, connection)
    }

    func delivered(_ message: BrokerMessage, tag deliveryTag: UInt64, _ connection: BrokerConnection) throws {
        guard message.droppedBytes == nil else {
            logger.error(
                "a message is too large", [.queue: topology.name, .bytes: "\(message.droppedBytes ?? 0)"])
            return try connection.reject(channel, tag: deliveryTag, requeue: false)
        }
        checkAt = .now + Self.idleTime
        inbox.add(message, tag: deliveryTag)
        let wanted = inbox.holdsInterrupted ? 1 : prefetch
        if wanted != width { try consume(wanted, connection) }
    }

    private func consume(_ width: Int, _ connection: BrokerConnection) throws {
        self.width = width
        do {
            try connection.cancel(channel, tag: tag)
            subscription += 1
            try connection.consume(channel, queue: topology.name, tag: tag, prefetch: width)
        } catch { try failed(error, connection) }
    }

    func disconnected(_ error: BrokerError) {
        openAgainAt = nil
        inbox.close("there is no connection to the broker: \(error.message)")
    }
}

enum TopologyBackOff {
    static let policy = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(30))
}
