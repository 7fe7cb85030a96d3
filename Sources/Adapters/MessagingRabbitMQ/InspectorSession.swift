import Foundation
import Messaging

/// Counts messages and looks at dead letters, over a connection of its own: it may take a while.
final class InspectorSession: LinkSession {
    private enum Channel {
        static let counts: UInt16 = 1
        static let letters: UInt16 = 2
        static let publish: UInt16 = 3
    }

    func connected(_ connection: BrokerConnection) throws {
        try connection.openChannel(Channel.counts)
        try connection.openChannel(Channel.publish)
        try connection.selectConfirms(Channel.publish)
    }

    func handle(_ event: BrokerEvent, _ connection: BrokerConnection) throws {
        if case .channelClosed(_, let error) = event { throw BrokerError.connection(error.message) }
    }

    func tick(_ connection: BrokerConnection?) throws {}
    func disconnected(_ error: BrokerError) {}
    func closed() {}

    /// Messages that wait in the queue; 0 if it is not there.
    func count(_ queue: String, _ connection: BrokerConnection) throws -> Int {
        do { return try connection.declareQueue(Channel.counts, queue, passive: true).messages } catch {
            guard case .channel(let code) = error.scope else { throw error }
            try connection.openChannel(Channel.counts)
            guard code == 404 else { throw error }
            return 0
        }
    }

    func delete(_ topology: Topology, _ connection: BrokerConnection) throws {
        for (queue, _) in topology.arguments { try connection.deleteQueue(Channel.counts, queue) }
    }

    /// Every dead letter, oldest first. They are handed back when the channel closes.
    func letters(_ topology: Topology, _ connection: BrokerConnection) throws -> [DeadLetter] {
        try withLetters(topology, connection) { letters in letters.map(\.letter) }
    }

    /// Publishes the letter again, then takes it away: a crash in between leaves it twice, never not at all.
    func revive(_ id: String, _ topology: Topology, _ connection: BrokerConnection) throws -> Bool {
        try withLetters(topology, connection) { letters in
            guard let found = letters.last(where: { $0.letter.id == id }) else { return false }
            let headers = found.message.headers.filter { $0.key == Header.published }
            let message = BrokerMessage(id: id, body: found.message.body, headers: headers, correlation: "revive")
            try connection.publish(Channel.publish, key: topology.name, message)
            try waitForConfirm(connection)
            try connection.acknowledge(Channel.letters, tag: found.tag)
            return true
        }
    }

    private typealias Found = (tag: UInt64, message: BrokerMessage, letter: DeadLetter)

    private func withLetters<Result>(
        _ topology: Topology, _ connection: BrokerConnection, _ body: ([Found]) throws -> Result
    ) throws -> Result {
        let count = min(try count(topology.dead, connection), topology.limits.deadLetters)
        guard count > 0 else { return try body([]) }
        try connection.openChannel(Channel.letters)
        defer { try? connection.closeChannel(Channel.letters) }
        try connection.consume(Channel.letters, queue: topology.dead, tag: "letters", prefetch: count)
        var found: [Found] = []
        while found.count < count, let event = try connection.next(waiting: 2) {
            if case .delivered(Channel.letters, _, let tag, let message) = event {
                found.append((tag, message, topology.letter(message)))
            } else {
                try handle(event, connection)
            }
        }
        try connection.cancel(Channel.letters, tag: "letters")
        return try body(found)
    }

    private func waitForConfirm(_ connection: BrokerConnection) throws {
        var returned: String?
        while let event = try connection.next(waiting: BrokerConnection.patience) {
            switch event {
            case .returned(_, let text, _): returned = text
            case .confirmed(Channel.publish, _, _, let isAccepted):
                if let returned { throw QueueError(.unavailable, "the broker has no such queue: \(returned)") }
                guard isAccepted else { throw QueueError(.full, "the queue is full: the broker refused the message") }
                return
            default: try handle(event, connection)
            }
        }
        throw QueueError(.unavailable, "the broker did not confirm in time")
    }
}

extension Topology {
    /// What a message in the queue of dead letters tells. Those that the broker put there have no headers of ours.
    func letter(_ message: BrokerMessage) -> DeadLetter {
        let headers = message.headers
        let attempts = headers.integer(Header.attempts) ?? 0
        return DeadLetter(
            id: message.id, queue: name, body: message.body,
            attempts: attempts + (headers.integer(Header.interruptions) ?? 0), reason: reason(message),
            diedAt: headers.date(Header.died) ?? headers.date(Header.published) ?? Date(timeIntervalSince1970: 0))
    }

    private func reason(_ message: BrokerMessage) -> DeadLetter.Reason {
        let headers = message.headers
        if let code = headers.text(Header.code) {
            return .init(code: code, message: headers.text(Header.reason) ?? "")
        }
        if let bytes = message.droppedBytes { return .tooLarge(bytes) }
        let isFirst = headers.text(Header.firstDeathQueue) == name
        let word = headers.text(Header.lastDeath) ?? (isFirst ? headers.text(Header.firstDeath) : nil)
        return word == "rejected"
            ? .init(code: "message_invalid", message: "It was refused.") : .interruptedTooOften
    }
}

extension DeadLetter.Reason {
    static let interruptedTooOften = DeadLetter.Reason(
        code: "attempts", message: "It was tried too often; the process ended each time while working on it.")

    static func tooLarge(_ bytes: UInt64) -> DeadLetter.Reason {
        .init(
            code: "message_invalid",
            message: "It has \(bytes) bytes, at most \(QueueMessage.maximumBytes) are allowed; they are not shown.")
    }
}
