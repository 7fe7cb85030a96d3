import HTTPClient
import Notifications
import NotificationsHTTP

extension AppConfiguration {
    /// What sends messages to channels.
    /// - Throws: `ConfigurationError`.
    func notificationChannel() throws -> any NotificationChannel {
        var settings = HTTPSession.Settings()
        settings.policy = try addressPolicy()
        settings.userAgent = "Maskwatch/\(Version.number)"
        return WebhookChannel(session: HTTPSession(settings: settings))
    }
}
