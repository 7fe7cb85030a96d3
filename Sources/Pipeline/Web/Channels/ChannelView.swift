import Domain
import Foundation
import HTTPTypes

/// A channel as the API shows it: never its secrets, and to a viewer only in which direction it goes.
struct ChannelView: Encodable {
    let id: ChannelID
    let name: String
    let kind: Channel.Kind
    /// Where it goes, without what would let anyone send there.
    let destination: String
    /// Nil for viewers.
    @Nullable var settings: [String: JSONValue]?
    let language: Channel.Language
    @Nullable var titleTemplate: String?
    @Nullable var bodyTemplate: String?
    let isEnabled: Bool
    /// Only in the answer to its creation.
    let secret: String?

    init(_ channel: Channel, for role: User.Role, secret: String? = nil) {
        id = channel.id
        name = channel.name
        kind = channel.kind
        destination = Self.destination(of: channel)
        settings = role == .administrator ? Self.settings(of: channel) : nil
        language = channel.language
        titleTemplate = channel.titleTemplate
        bodyTemplate = channel.bodyTemplate
        isEnabled = channel.isEnabled
        self.secret = secret
    }

    /// Every value, and of a secret only whether there is one: `has_bot_token`.
    private static func settings(of channel: Channel) -> [String: JSONValue] {
        channel.kind.fields.reduce(into: [:]) { shown, field in
            if field.form.isSecret {
                shown["has_\(field.name)"] = .bool(channel.secret(field) != nil)
            } else {
                shown[field.name] = JSONValue(channel.settings.value(field))
            }
        }
    }

    private static func destination(of channel: Channel) -> String {
        switch channel.kind {
        case .webhook: host(of: channel.text(WebhookFields.address))
        case .telegram: channel.text(TelegramFields.chat)
        case .slack: host(of: channel.secret(SlackFields.address)?.reveal() ?? "")
        case .teams: host(of: channel.secret(TeamsFields.address)?.reveal() ?? "")
        case .discord: host(of: channel.secret(DiscordFields.address)?.reveal() ?? "")
        case .email: channel.text(EmailFields.recipients)
        case .ntfy: host(of: channel.text(NtfyFields.server))
        case .gotify: host(of: channel.text(GotifyFields.server))
        case .mqtt: channel.text(MQTTFields.host)
        }
    }

    private static func host(of address: String) -> String { (try? CameraAddress(address))?.authority ?? "" }
}

extension JSONValue {
    init(_ value: ChannelSettings.Value?) {
        switch value {
        case nil: self = .null
        case .text(let text): self = .string(text)
        case .number(let number): self = .number(Double(number))
        case .flag(let flag): self = .bool(flag)
        }
    }
}

/// A message and what became of it.
struct NotificationView: Encodable {
    let id: NotificationID
    let channelID: ChannelID
    let event: IncidentEvent
    /// Nil for a report.
    @Nullable var incident: IncidentView?
    let createdAt: Date
    let state: ChannelNotification.State
    let attempts: Int
    @Nullable var lastError: String?
    @Nullable var deliveredAt: Date?
    /// Nil once nothing is left to try.
    @Nullable var nextAttemptAt: Date?

    init(_ notification: ChannelNotification) {
        id = notification.id
        channelID = notification.channelID
        event = notification.event
        incident = notification.incident.map { IncidentView($0) }
        createdAt = notification.createdAt
        state = notification.state
        attempts = notification.attempts
        lastError = notification.lastError
        deliveredAt = notification.deliveredAt
        nextAttemptAt = notification.state == .pending ? notification.nextAttemptAt : nil
    }
}
