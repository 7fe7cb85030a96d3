package import Domain
package import Foundation

/// Delivers messages to one kind of channel.
package protocol NotificationChannel: Sendable {
    /// One attempt.
    func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult
}

/// What is told of an incident.
package struct Alert: Sendable {
    /// Stable over retries.
    package let id: NotificationID
    /// Nil for a test message.
    package let event: IncidentEvent?
    package let incident: Incident
    package let cameraName: String
    package let createdAt: Date
    /// Link to the incident in the UI, if the public address is known.
    package let link: String?

    package init(
        id: NotificationID, event: IncidentEvent?, incident: Incident, cameraName: String, createdAt: Date,
        link: String?
    ) {
        self.id = id
        self.event = event
        self.incident = incident
        self.cameraName = cameraName
        self.createdAt = createdAt
        self.link = link
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
