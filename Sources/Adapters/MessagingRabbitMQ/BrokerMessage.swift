import Foundation
import Messaging

/// A message as it travels.
struct BrokerMessage: Sendable {
    var id: String
    var body: Data
    var headers: [String: FieldValue] = [:]
    var correlation = ""
    /// More than one when the body was longer than a message may be: it was not kept then.
    var droppedBytes: UInt64?
}

/// What the broker says on its own.
enum BrokerEvent {
    case delivered(channel: UInt16, consumer: String, tag: UInt64, message: BrokerMessage)
    case returned(code: Int, text: String, correlation: String)
    case confirmed(channel: UInt16, tag: UInt64, multiple: Bool, isAccepted: Bool)
    case consumerCancelled(channel: UInt16)
    case channelClosed(channel: UInt16, BrokerError)
    case blocked(String)
    case unblocked
}

/// The headers of Maskwatch, and what it reads of the broker's.
enum Header {
    /// Attempts that failed; the message was published again after each.
    static let attempts = "x-maskwatch-attempts"
    /// When the message was published first, in milliseconds since 1970.
    static let published = "x-maskwatch-published"
    static let died = "x-maskwatch-died"
    static let code = "x-maskwatch-code"
    static let reason = "x-maskwatch-reason"
    /// The broker's: deliveries that were interrupted since the message was published last.
    static let interruptions = "x-delivery-count"
    /// The broker's, since 3.13; before, only the first death is known by name.
    static let lastDeath = "x-last-death-reason"
    static let firstDeath = "x-first-death-reason"
    static let firstDeathQueue = "x-first-death-queue"

    static func milliseconds(_ date: Date) -> FieldValue { .integer(Int(date.timeIntervalSince1970 * 1000)) }
}

extension [String: FieldValue] {
    func integer(_ key: String) -> Int? {
        guard case .integer(let number) = self[key] else { return nil }
        return number
    }

    func text(_ key: String) -> String? {
        guard case .text(let text) = self[key] else { return nil }
        return text
    }

    func date(_ key: String) -> Date? { integer(key).map { Date(timeIntervalSince1970: Double($0) / 1000) } }
}
