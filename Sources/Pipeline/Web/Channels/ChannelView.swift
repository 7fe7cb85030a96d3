import Domain
import Foundation

/// A channel as the API shows it. Addresses of messengers hold a key in their path, so a viewer sees only the host.
struct ChannelView: Encodable {
    let id: ChannelID
    let name: String
    let kind: Channel.Kind
    let address: String
    let isEnabled: Bool
    /// Only in the answer to its creation.
    let secret: String?

    init(_ channel: Channel, for role: User.Role, secret: String? = nil) {
        id = channel.id
        name = channel.name
        kind = channel.kind
        address = role == .administrator ? channel.address : Self.origin(of: channel.address)
        isEnabled = channel.isEnabled
        self.secret = secret
    }

    private static func origin(of address: String) -> String {
        guard let parts = try? CameraAddress(address) else { return "" }
        return "\(parts.scheme.rawValue)://\(parts.host)/…"
    }
}

/// A message and what became of it.
struct NotificationView: Encodable {
    let id: NotificationID
    let event: IncidentEvent
    let incident: IncidentView
    let createdAt: Date
    let state: ChannelNotification.State
    let attempts: Int
    @Nullable var lastError: String?
    @Nullable var deliveredAt: Date?
    /// Nil once nothing is left to try.
    @Nullable var nextAttemptAt: Date?

    init(_ notification: ChannelNotification) {
        id = notification.id
        event = notification.event
        incident = IncidentView(notification.incident)
        createdAt = notification.createdAt
        state = notification.state
        attempts = notification.attempts
        lastError = notification.lastError
        deliveredAt = notification.deliveredAt
        nextAttemptAt = notification.state == .pending ? notification.nextAttemptAt : nil
    }
}
