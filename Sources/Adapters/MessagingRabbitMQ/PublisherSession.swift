import Foundation
import Logging
import Messaging
import Synchronization

/// Publishes over one connection, with many messages in flight.
final class PublisherSession: LinkSession {
    private enum Channel {
        static let work: UInt16 = 1
        static let declare: UInt16 = 2
        static let changes: UInt16 = 3
    }

    private let logger: Logger
    private let blocked: BlockedState
    private var window: PublishWindow
    private var topologies: [String: Topology] = [:]
    private var declareMissingAt: ContinuousClock.Instant?
    private var isReady = false
    private var changesReopenAt: ContinuousClock.Instant?

    init(blocked: BlockedState, width: Int, logger: Logger) {
        (self.blocked, self.logger) = (blocked, logger)
        window = PublishWindow(width: width)
    }

    /// Queues are declared on every connection.
    func add(_ topology: Topology, _ connection: BrokerConnection?) throws {
        topologies[topology.name] = topology
        if let connection { try declare(topology, connection) }
    }

    func remove(_ topology: Topology) { topologies[topology.name] = nil }

    func publish(_ entry: PublishWindow.Entry, _ connection: BrokerConnection?) throws {
        window.add(entry)
        if let connection { try send(connection) }
    }

    /// Best effort: nobody waits for it and nobody hears of a failure.
    func announce(_ message: BrokerMessage, _ connection: BrokerConnection?) throws {
        guard let connection, changesReopenAt == nil, blocked.reason == nil else { return }
        try connection.publish(Channel.changes, exchange: Topology.changes, key: "", message, persistent: false)
    }

    func connected(_ connection: BrokerConnection) throws {
        try connection.openChannel(Channel.declare)
        for topology in topologies.values { try declare(topology, connection) }
        try openChanges(connection)
        try openWork(connection)
    }

    private func openWork(_ connection: BrokerConnection) throws {
        try connection.openChannel(Channel.work)
        try connection.selectConfirms(Channel.work)
        window.restart()
        isReady = true
        try send(connection)
    }

    private func openChanges(_ connection: BrokerConnection) throws {
        changesReopenAt = nil
        try connection.openChannel(Channel.changes)
        do { try connection.declareFanOut(Channel.changes, Topology.changes) } catch {
            guard case .channel(let code) = error.scope else { throw error }
            if code != 403 { logger.error("changes cannot be announced", [.error: error.message]) }
            try connection.openChannel(Channel.changes)
        }
    }

    /// A queue that cannot be declared is reported; what is published to it comes back and fails.
    private func declare(_ topology: Topology, _ connection: BrokerConnection) throws {
        do { try topology.declare(on: connection, Channel.declare) } catch {
            guard case .channel = error.scope else { throw error }
            logger.error("the queue is not as it should be", [.queue: topology.name, .error: error.message])
        }
    }

    private func send(_ connection: BrokerConnection) throws {
        guard isReady else { return }
        for (tag, entry) in window.takeSendable() {
            var message = entry.message
            message.correlation = String(tag)
            try connection.publish(Channel.work, key: entry.queue, message)
        }
    }

    func handle(_ event: BrokerEvent, _ connection: BrokerConnection) throws {
        switch event {
        case .confirmed(_, let tag, let multiple, let isAccepted):
            for entry in window.confirm(tag, multiple: multiple) { settle(entry, isAccepted) }
            try send(connection)
        case .returned(let code, let text, let correlation):
            if let tag = UInt64(correlation) { window.markReturned(tag, as: "\(text) (\(code))") }
        case .channelClosed(let channel, let error):
            logger.warning("the broker closed a channel", [.error: error.message])
            try reopen(channel, error, connection)
        case .blocked(let reason):
            blocked.set(reason)
            logger.error("the broker takes no messages", [.reason: reason])
        case .unblocked:
            blocked.set(nil)
            logger.notice("the broker takes messages again")
        case .delivered, .consumerCancelled: break
        }
    }

    private func settle(_ entry: PublishWindow.Entry, _ isAccepted: Bool) {
        if entry.returnedAs != nil { return window.park(entry) }
        if isAccepted { return entry.completion(.success(())) }
        let sentence = "the queue \(entry.queue) is full: the broker refused the message"
        entry.completion(.failure(QueueError(.full, sentence)))
    }

    /// Not at once: the broker must have told the receivers that the queue is gone before there is another one of its name.
    private func declareMissing(_ connection: BrokerConnection) throws {
        let missing = window.missingQueues
        guard !missing.isEmpty else { return }
        guard let time = declareMissingAt else { return declareMissingAt = .now + .seconds(2) }
        guard time <= .now else { return }
        declareMissingAt = nil
        for topology in topologies.values where topology.arguments.contains(where: { missing.contains($0.queue) }) {
            try declare(topology, connection)
        }
        window.unpark()
    }

    private func reopen(_ channel: UInt16, _ error: BrokerError, _ connection: BrokerConnection) throws {
        switch channel {
        case Channel.changes: changesReopenAt = .now + .seconds(1)
        case Channel.declare: try connection.openChannel(channel)
        // What is wrong with it may be wrong again: the back-off of a new connection keeps this from spinning.
        default: throw BrokerError.connection(error.message)
        }
    }

    func tick(_ connection: BrokerConnection?) throws {
        for entry in window.expire(at: .now) { entry.completion(.failure(late(entry))) }
        if let connection, let time = changesReopenAt, time <= .now { try openChanges(connection) }
        guard let connection else { return }
        try declareMissing(connection)
        try send(connection)
    }

    private func late(_ entry: PublishWindow.Entry) -> QueueError {
        if let reason = entry.returnedAs {
            return QueueError(
                .unavailable, "the broker has no queue \(entry.queue), and it cannot be declared: \(reason)")
        }
        let reason = blocked.reason.map { "it takes no messages: \($0)" }
        let sentence = reason ?? (isReady ? "it did not confirm in time" : "there is no connection")
        return QueueError(.unavailable, "the broker did not take the message: \(sentence)")
    }

    func disconnected(_ error: BrokerError) {
        isReady = false
        blocked.set(nil)
        window.restart()
    }

    func closed() {
        let error = QueueError(.closed, "the connection to the broker is closed")
        for entry in window.removeAll() { entry.completion(.failure(error)) }
    }
}

/// Why the broker takes no messages (memory or disk is short); nil while it does.
final class BlockedState: Sendable {
    private let state = Mutex<String?>(nil)

    var reason: String? { state.withLock { $0 } }

    func set(_ reason: String?) { state.withLock { $0 = reason } }
}
