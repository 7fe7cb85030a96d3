package import Domain
package import Foundation

/// Delivers messages to one kind of channel.
package protocol NotificationChannel: Sendable {
    /// One attempt.
    func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult
    /// One attempt.
    func deliver(_ report: ReportMessage, to channel: Channel) async -> DeliveryResult
}

extension NotificationChannel {
    package func deliver(_ report: ReportMessage, to channel: Channel) async -> DeliveryResult {
        .failed(reason: "channels of the kind \(channel.kind.rawValue) take no reports")
    }
}

/// What is told of an incident.
package struct Alert: Sendable {
    /// Stable over retries.
    package let id: NotificationID
    /// Nil for a test message.
    package let event: IncidentEvent?
    /// Of a summary, the latest one.
    package let incident: Incident
    /// Of a summary: what was held back.
    package let held: HeldMessages?
    /// Of a removed camera or of the system, words in its place.
    package let cameraName: String
    package let createdAt: Date
    /// Link to the incident in the UI, if the public address is known.
    package let link: String?
    /// For people, in the language of the channel.
    package let text: MessageText
    /// The evidence with its boxes, as JPEG; only for channels that take pictures.
    package let picture: Data?

    package init(
        id: NotificationID, event: IncidentEvent?, incident: Incident, held: HeldMessages? = nil, cameraName: String,
        createdAt: Date, link: String?, text: MessageText, picture: Data? = nil
    ) {
        self.id = id
        self.event = event
        self.incident = incident
        self.held = held
        self.cameraName = cameraName
        self.createdAt = createdAt
        self.link = link
        self.text = text
        self.picture = picture
    }
}

package enum DeliveryResult: Hashable, Sendable {
    case delivered
    /// Try again, not before `after` if given.
    case retry(reason: String, after: Duration?)
    /// Never try this message again.
    case failed(reason: String)
    /// The receiver is gone for good: switch the channel off.
    case gone(reason: String)
}

/// One adapter for each kind of channel.
package struct NotificationSwitchboard: NotificationChannel {
    private let adapters: [Channel.Kind: any NotificationChannel]

    package init(_ adapters: [Channel.Kind: any NotificationChannel]) { self.adapters = adapters }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        guard let adapter = adapters[channel.kind] else { return Self.unknown(channel) }
        return await adapter.deliver(alert, to: channel)
    }

    package func deliver(_ report: ReportMessage, to channel: Channel) async -> DeliveryResult {
        guard let adapter = adapters[channel.kind] else { return Self.unknown(channel) }
        return await adapter.deliver(report, to: channel)
    }

    private static func unknown(_ channel: Channel) -> DeliveryResult {
        .failed(reason: "this program cannot send to channels of the kind \(channel.kind.rawValue)")
    }
}
