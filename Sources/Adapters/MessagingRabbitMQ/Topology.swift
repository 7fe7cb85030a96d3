import Messaging

/// The queues that stand for one work queue, and their arguments. Every process declares them the same way: other
/// arguments for the same name are refused by the broker (406).
struct Topology: Sendable {
    let name: String
    let limits: QueueLimits

    /// Delays after which a message comes back; a retry waits for the first rung that is not shorter than asked.
    static let rungs = [1, 5, 30, 120, 600]

    /// The fan-out exchange of changes.
    static let changes = "changes"

    var dead: String { "\(name).dead" }
    var retries: [String] { Self.rungs.map(retry) }
    private func retry(_ seconds: Int) -> String { "\(name).retry.\(seconds)s" }

    /// Where a message goes that is to come back after the delay.
    func queue(after delay: Duration) -> String {
        guard delay > .zero else { return name }
        return retry(Self.rungs.first { .seconds($0) >= delay } ?? Self.rungs.last!)
    }

    /// The broker counts waiting messages only and refuses once there is one too many.
    private var bound: Int { max(limits.messages - 1, 1) }

    /// A message whose receivers die is counted by the broker too. This process buries it first, with a better reason.
    private var deliveryLimit: Int { limits.attempts * 4 }

    var arguments: [(queue: String, arguments: [String: FieldValue])] {
        let lossless: [String: FieldValue] = [
            "x-queue-type": .text("quorum"), "x-overflow": .text("reject-publish"),
            "x-max-length": .integer(bound), "x-dead-letter-strategy": .text("at-least-once"),
            "x-dead-letter-exchange": .text(""),
        ]
        let work = lossless.merging([
            "x-delivery-limit": .integer(deliveryLimit), "x-dead-letter-routing-key": .text(dead),
        ]) { $1 }
        let ladder = Self.rungs.map { seconds in
            let own: [String: FieldValue] = [
                "x-message-ttl": .integer(seconds * 1000), "x-dead-letter-routing-key": .text(name),
            ]
            return (queue: retry(seconds), arguments: lossless.merging(own) { $1 })
        }
        return [(dead, deadArguments), (name, work)] + ladder
    }

    /// Classic: looking at the letters hands them back again and again, which a quorum queue of RabbitMQ 4 would count.
    private var deadArguments: [String: FieldValue] {
        [
            "x-queue-type": .text("classic"), "x-overflow": .text("drop-head"),
            "x-max-length": .integer(limits.deadLetters),
        ]
    }

    /// Declares everything, or, for a user who may not declare, sees that it is there.
    /// - Throws: `BrokerError`; the channel is open again then, unless the connection is over.
    func declare(on connection: BrokerConnection, _ channel: UInt16) throws(BrokerError) {
        for (queue, arguments) in arguments {
            do { try connection.declareQueue(channel, queue, arguments: arguments) } catch {
                guard case .channel(let code) = error.scope else { throw error }
                try connection.openChannel(channel)
                guard code == 403 else { throw error }
                try look(for: queue, on: connection, channel)
            }
        }
    }

    private func look(for queue: String, on connection: BrokerConnection, _ channel: UInt16) throws(BrokerError) {
        do { try connection.declareQueue(channel, queue, passive: true) } catch {
            if case .channel = error.scope { try connection.openChannel(channel) }
            throw error
        }
    }
}
