package import Foundation

/// A way to tell people of incidents.
package struct Channel: Hashable, Sendable, Identifiable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// A signed POST (Standard Webhooks).
        case webhook
    }

    package let id: ChannelID
    package var name: String
    package var kind: Kind
    package var address: String
    /// `whsec_` and base64 of 24 to 64 random bytes.
    package var secret: Secret
    package var isEnabled: Bool
    package var updatedAt: Date

    package init(
        id: ChannelID = ChannelID(), name: String, kind: Kind = .webhook, address: String, secret: Secret,
        isEnabled: Bool = true, updatedAt: Date = Date()
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.address = address
        self.secret = secret
        self.isEnabled = isEnabled
        self.updatedAt = updatedAt
    }
}

/// One message to one channel, in the outbox until it is delivered or given up.
package struct ChannelNotification: Hashable, Sendable, Codable, Identifiable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case pending, delivered, failed
    }

    package let id: NotificationID
    package let channelID: ChannelID
    package let event: IncidentEvent
    /// The incident as it was at the event.
    package let incident: Incident
    package let createdAt: Date
    package var state: State
    package var attempts: Int
    package var nextAttemptAt: Date
    package var lastError: String?
    package var deliveredAt: Date?

    package init(
        id: NotificationID = NotificationID(), channelID: ChannelID, event: IncidentEvent, incident: Incident,
        createdAt: Date, state: State = .pending, attempts: Int = 0, nextAttemptAt: Date? = nil,
        lastError: String? = nil, deliveredAt: Date? = nil
    ) {
        self.id = id
        self.channelID = channelID
        self.event = event
        self.incident = incident
        self.createdAt = createdAt
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt ?? createdAt
        self.lastError = lastError
        self.deliveredAt = deliveredAt
    }
}
