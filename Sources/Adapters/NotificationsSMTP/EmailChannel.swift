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
        let thread = "incident-\(alert.incident.id)"
        let isFirst = alert.event == .opened
        let isTest = alert.event == nil
        let link = alert.link.map { "\n\n\(alert.text.openIncident): \($0)" } ?? ""
        return await send(to: channel) { domain in
            let pictures = alert.picture.map { [MailPicture(name: "evidence", kind: .jpeg, data: $0)] } ?? []
            return MailContent(
                subject: alert.text.title, text: "\(alert.text.title)\n\n\(alert.text.body)\(link)\n",
                html: MailHTML.alert(alert, picture: pictures.first?.identity), pictures: pictures,
                messageID: isFirst ? "\(thread)@\(domain)" : "\(alert.id)@\(domain)",
                threadID: isFirst || isTest ? nil : "\(thread)@\(domain)")
        }
    }

    package func deliver(_ report: ReportMessage, to channel: Channel) async -> DeliveryResult {
        let rows = ([report.head] + report.rows).map { "\($0.name): \($0.now) (\($0.before))" }
        let link = report.link.map { "\n\n\(report.open): \($0)" } ?? ""
        let pictures = report.charts.enumerated().map { number, chart in
            MailPicture(name: "chart\(number + 1)", kind: .png, data: chart.png)
        }
        return await send(to: channel) { domain in
            MailContent(
                subject: report.title,
                text: "\(report.title)\n\n\(rows.joined(separator: "\n"))\n\n\(report.gaps)\(link)\n",
                html: MailHTML.report(report, pictures: pictures.map(\.identity)), pictures: pictures,
                messageID: "\(report.id)@\(domain)", threadID: nil)
        }
    }

    /// - Parameter content: made for the domain of the sender.
    private func send(to channel: Channel, _ content: (_ domain: String) -> MailContent) async -> DeliveryResult {
        let recipients = channel.text(EmailFields.recipients).split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let sender = channel.text(EmailFields.sender)
        let domain = sender.split(separator: "@").last.map(String.init) ?? "maskwatch"
        let message = MailMessage(sender: sender, recipients: recipients, date: now(), content: content(domain))
        let envelope = MailEnvelope(
            sender: MailMessage.safe(sender), recipients: recipients.map(MailMessage.safe), content: message.encoded())
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
}
