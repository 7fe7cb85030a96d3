package import Domain
import Foundation
import HTTPClient
import HTTPTypes
package import Notifications

/// ntfy (docs.ntfy.sh/publish): a PUT of the picture, or of nothing, with the message in the query, where any alphabet may
/// stand.
package struct NtfyChannel: NotificationChannel {
    /// In bytes; a longer message would become an attachment.
    static let messageLimit = 4096

    private let delivery: HTTPDelivery

    package init(_ delivery: HTTPDelivery) { self.delivery = delivery }

    private struct Answer: Decodable { let error: String? }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        var query = [
            ("title", alert.text.title), ("message", Self.cut(alert.text.body, toBytes: 1800)),
            ("priority", Self.priority(alert)),
        ]
        if let link = alert.link {
            query.append(("click", link))
            query.append(("actions", "view, \(Self.word(alert.text.openIncident)), \(link)"))
        }
        if alert.picture != nil { query.append(("filename", "evidence.jpg")) }
        let text = query.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let address = joined(channel.text(NtfyFields.server), "/\(channel.text(NtfyFields.topic))?\(text)")
        var request = ClientRequest(.put, address, body: alert.picture ?? Data())
        if let token = channel.secret(NtfyFields.token) {
            request.headers["Authorization"] = "Bearer \(token.reveal())"
        }
        return await delivery.send(request, for: channel) {
            HTTPDelivery.Words(explanation: $0.decoded(Answer.self)?.error)
        }
    }

    private static func priority(_ alert: Alert) -> String {
        if alert.incident.state == .closed { return "2" }
        return switch alert.incident.severity {
        case .info: "3"
        case .warning: "4"
        case .critical: "5"
        }
    }

    /// Percent-encoded the address must stay below what servers take.
    private static func cut(_ text: String, toBytes limit: Int) -> String {
        var text = text
        while text.utf8.count > limit { text = MessageText.cut(text, to: max(1, text.unicodeScalars.count - 32)) }
        return text
    }

    /// Commas and semicolons part the actions.
    private static func word(_ text: String) -> String { text.filter { $0 != "," && $0 != ";" } }
}
