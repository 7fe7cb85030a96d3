package import Domain
package import Foundation
package import MailClient
package import Notifications

/// E-mail by SMTP. The mails of an incident are one thread: the first has an identity made from the incident's, the others
/// refer to it.
package struct EmailChannel: NotificationChannel {
    private let session: MailSession
    private let now: @Sendable () -> Date

    /// - Parameter session: its address policy decides which servers may be used.
    package init(session: MailSession, now: @escaping @Sendable () -> Date = { Date() }) {
        self.session = session
        self.now = now
    }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        let recipients = channel.text(EmailFields.recipients).split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let sender = channel.text(EmailFields.sender)
        let envelope = MailEnvelope(
            sender: MailMessage.safe(sender), recipients: recipients.map(MailMessage.safe),
            content: message(alert, from: sender, to: recipients).encoded())
        do {
            try await session.send(envelope, through: Self.server(channel))
            return .delivered
        } catch let error as MailError {
            let reason = channel.settings.redacted(MessageText.cut(error.description, to: 300))
            switch error.code {
            case .addressNotAllowed, .refused: return .failed(reason: reason)
            default: return .retry(reason: reason, after: nil)
            }
        } catch { return .failed(reason: channel.settings.redacted("\(error)")) }
    }

    private static func server(_ channel: Channel) -> MailServer {
        MailServer(
            host: channel.text(EmailFields.host), port: channel.number(EmailFields.port) ?? 587,
            security: MailServer.Security(rawValue: channel.text(EmailFields.security)) ?? .startTLS,
            username: channel.text(EmailFields.username), password: channel.secret(EmailFields.password)?.reveal())
    }

    private func message(_ alert: Alert, from sender: String, to recipients: [String]) -> MailMessage {
        let domain = sender.split(separator: "@").last.map(String.init) ?? "maskwatch"
        let thread = "incident-\(alert.incident.id)@\(domain)"
        let isFirst = alert.event == .opened
        let isTest = alert.event == nil
        let link = alert.link.map { "\n\n\(alert.text.openIncident): \($0)" } ?? ""
        return MailMessage(
            sender: sender, recipients: recipients, subject: alert.text.title,
            text: "\(alert.text.title)\n\n\(alert.text.body)\(link)\n", html: Self.html(alert), picture: alert.picture,
            date: now(), messageID: isFirst ? thread : "\(alert.id)@\(domain)",
            threadID: isFirst || isTest ? nil : thread)
    }

    /// Styles inside, because mail programs read nothing else; colours that can be read on light and dark.
    private static func html(_ alert: Alert) -> String {
        let lines = alert.text.body.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
        let picture =
            alert.picture == nil
            ? ""
            : "<p><img src=\"cid:\(MailMessage.pictureID)\" alt=\"\" style=\"max-width:100%;height:auto;border-radius:8px\"></p>"
        let style =
            "display:inline-block;padding:10px 16px;border-radius:8px;background:#0b6471;color:#ffffff;text-decoration:none"
        let button = alert.link.map {
            "<p><a href=\"\(escaped($0))\" style=\"\(style)\">\(escaped(alert.text.openIncident))</a></p>"
        }
        return """
            <!DOCTYPE html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>
            <body style="font-family:sans-serif;line-height:1.5">
            <h2 style="font-size:18px">\(escaped(alert.text.title))</h2>
            <p>\(lines.joined(separator: "<br>"))</p>\(picture)\(button ?? "")
            </body></html>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
