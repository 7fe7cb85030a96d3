package import Domain
import Foundation
import HTTPClient
import HTTPTypes
package import Notifications

/// Gotify (gotify.net/docs/pushmsg): JSON with title, message and priority; the token in a header, not in the address.
package struct GotifyChannel: NotificationChannel {
    private let delivery: HTTPDelivery

    package init(_ delivery: HTTPDelivery) { self.delivery = delivery }

    private struct Message: Encodable {
        struct Extras: Encodable {
            struct Notification: Encodable {
                struct Click: Encodable { let url: String }
                let click: Click
            }
            let notification: Notification

            private enum CodingKeys: String, CodingKey { case notification = "client::notification" }
        }
        let title: String
        let message: String
        let priority: Int
        let extras: Extras?
    }

    private struct Answer: Decodable {
        let error: String?
        let errorDescription: String?
    }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        let message = Message(
            title: alert.text.title, message: alert.text.body, priority: Self.priority(alert),
            extras: alert.link.map { .init(notification: .init(click: .init(url: $0))) })
        let token = channel.secret(GotifyFields.token)?.reveal() ?? ""
        let address = joined(channel.text(GotifyFields.server), "/message")
        guard let request = try? ClientRequest.json(address, message, headers: ["X-Gotify-Key": token]) else {
            return .failed(reason: "the message could not be written")
        }
        return await delivery.send(request, for: channel) { response in
            let answer = response.decoded(Answer.self)
            return HTTPDelivery.Words(explanation: answer?.errorDescription ?? answer?.error)
        }
    }

    /// From 4 on a phone makes a sound, from 8 on it insists.
    private static func priority(_ alert: Alert) -> Int {
        if alert.incident.state == .closed { return 2 }
        return switch alert.incident.severity {
        case .info: 4
        case .warning: 6
        case .critical: 9
        }
    }
}
