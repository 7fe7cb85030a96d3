import Domain
import Foundation
import HTTPClient
import MailClient
import Notifications
import NotificationsHTTP
import NotificationsMQTT
import NotificationsSMTP

extension AppConfiguration {
    /// What sends messages to channels: one adapter for each kind.
    /// - Throws: `ConfigurationError`.
    func notificationChannel() throws -> any NotificationChannel {
        var settings = HTTPSession.Settings()
        settings.policy = try addressPolicy()
        settings.userAgent = "Maskwatch/\(Version.number)"
        let delivery = HTTPDelivery(session: HTTPSession(settings: settings))
        var mail = MailSession.Settings()
        mail.policy = settings.policy
        return NotificationSwitchboard([
            .telegram: TelegramChannel(delivery), .slack: SlackChannel(delivery), .teams: TeamsChannel(delivery),
            .discord: DiscordChannel(delivery), .ntfy: NtfyChannel(delivery), .gotify: GotifyChannel(delivery),
            .email: EmailChannel(session: MailSession(settings: mail)), .webhook: WebhookChannel(delivery),
            .mqtt: MQTTChannel(try mqttOptions()),
        ])
    }

    /// What shows brokers how the cameras are.
    /// - Throws: `ConfigurationError`.
    func liveStateDisplay() throws -> any LiveStateDisplay { MQTTLiveState(try mqttOptions()) }

    private func mqttOptions() throws -> MQTTOptions {
        var options = MQTTOptions()
        options.policy = try addressPolicy()
        return options
    }

    /// Of the messages of all rules together; nil for none.
    /// - Throws: `ConfigurationError`.
    func overallLimits() throws -> MessageLimits? {
        let perHour = try self[AppSettings.messagesPerHour]
        return perHour == 0 ? nil : .overall(perHour: perHour)
    }

    /// What puts messages into words.
    /// - Throws: `ConfigurationError`.
    func messageComposer() throws -> MessageComposer {
        let address = try self[AppSettings.publicURL]
        let publicURL = address.hasSuffix("/") ? String(address.dropLast()) : address
        return MessageComposer(timeZone: try timeZone(), publicURL: publicURL.isEmpty ? nil : publicURL)
    }
}
