import Domain
import Foundation
import Logging

/// Consumes every queue that somebody receives from, and the changes, over one connection.
final class ConsumerSession: LinkSession {
    private static let changesChannel: UInt16 = 1

    private let logger: Logger
    private let onChange: @Sendable (Change) -> Void
    private var consumers: [UInt16: QueueConsumer] = [:]
    private var nextChannel: UInt16 = 2
    private var listens = false
    private var listenAgainAt: ContinuousClock.Instant?

    init(logger: Logger, onChange: @escaping @Sendable (Change) -> Void) {
        (self.logger, self.onChange) = (logger, onChange)
    }

    func consume(_ topology: Topology, _ inbox: Inbox, prefetch: Int, _ connection: BrokerConnection?) throws {
        let channel = nextChannel
        nextChannel += 1
        let consumer = QueueConsumer(topology, inbox, channel: channel, prefetch: prefetch, logger: logger)
        consumers[channel] = consumer
        if let connection { try consumer.open(connection) }
    }

    /// What was held goes back to the broker.
    func stop(_ topology: Topology, _ connection: BrokerConnection?) throws {
        for consumer in consumers.values where consumer.topology.name == topology.name {
            consumers[consumer.channel] = nil
            consumer.disconnected(.connection("the queue was deleted"))
            try connection?.closeChannel(consumer.channel)
        }
    }

    func listen(_ connection: BrokerConnection?) throws {
        guard !listens else { return }
        listens = true
        if let connection { try openChanges(connection) }
    }

    /// Acknowledges or rejects what is still in the hands of this process.
    func settle(_ held: Inbox.Held, _ inbox: Inbox, _ connection: BrokerConnection?, acknowledges: Bool) throws {
        guard let connection, inbox.isCurrent(held),
            let consumer = consumers.values.first(where: { $0.inbox === inbox })
        else { return }
        if acknowledges { return try connection.acknowledge(consumer.channel, tag: held.tag) }
        try connection.reject(consumer.channel, tag: held.tag, requeue: true)
    }

    func connected(_ connection: BrokerConnection) throws {
        for consumer in consumers.values { try consumer.open(connection) }
        if listens { try openChanges(connection) }
    }

    /// A queue of this process alone, which ends with the connection.
    private func openChanges(_ connection: BrokerConnection) throws {
        listenAgainAt = nil
        let channel = Self.changesChannel
        do {
            try connection.openChannel(channel)
            do { try connection.declareFanOut(channel, Topology.changes) } catch {
                guard error.scope == .channel(403) else { throw error }
                try connection.openChannel(channel)
            }
            let queue = try connection.declareQueue(
                channel, "maskwatch.changes.\(UUID().uuidString)", durable: false, exclusive: true,
                arguments: ["x-max-length": .integer(1000), "x-overflow": .text("drop-head")])
            try connection.bind(channel, queue: queue.name, exchange: Topology.changes)
            try connection.consume(channel, queue: queue.name, tag: "changes", prefetch: 0, noAcknowledgement: true)
        } catch {
            guard let error = error as? BrokerError, case .channel = error.scope else { throw error }
            logger.error("changes cannot be heard", [.error: error.message])
            listenAgainAt = .now + .seconds(10)
        }
    }

    func handle(_ event: BrokerEvent, _ connection: BrokerConnection) throws {
        switch event {
        case .delivered(Self.changesChannel, _, _, let message):
            if let change = try? JSONDecoder().decode(Change.self, from: message.body) { onChange(change) }
        case .delivered(let channel, _, let tag, let message):
            try consumers[channel]?.delivered(message, tag: tag, connection)
        case .consumerCancelled(Self.changesChannel):
            try connection.closeChannel(Self.changesChannel)
            listenAgainAt = .now + .seconds(1)
        case .consumerCancelled(let channel):
            try consumers[channel]?.lost("the queue was deleted", channelIsOpen: true, connection)
        case .channelClosed(Self.changesChannel, _): listenAgainAt = .now + .seconds(1)
        case .channelClosed(let channel, let error):
            try consumers[channel]?.lost(error.message, channelIsOpen: false, connection)
        case .returned, .confirmed, .blocked, .unblocked: break
        }
    }

    func tick(_ connection: BrokerConnection?) throws {
        guard let connection else { return }
        for consumer in consumers.values { try consumer.tick(connection) }
        if let time = listenAgainAt, time <= .now { try openChanges(connection) }
    }

    func disconnected(_ error: BrokerError) {
        listenAgainAt = nil
        for consumer in consumers.values { consumer.disconnected(error) }
    }

    func closed() { disconnected(.connection("it was closed")) }
}
