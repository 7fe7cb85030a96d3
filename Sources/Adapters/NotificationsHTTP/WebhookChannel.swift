package import Domain
import Foundation
import HTTPClient
import HTTPTypes
package import Notifications

/// A signed POST as Standard Webhooks says (standard-webhooks/standard-webhooks, spec/standard-webhooks.md). The
/// message keeps its `webhook-id` over all attempts, so that the receiver can tell repeats.
package struct WebhookChannel: NotificationChannel {
    /// In bytes (Standard Webhooks: below 20 kB).
    private static let limit = 20_000

    private let delivery: HTTPDelivery

    package init(_ delivery: HTTPDelivery) { self.delivery = delivery }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        guard let signature = channel.secret(WebhookFields.secret).flatMap(WebhookSignature.init) else {
            return .failed(reason: "the channel's signing secret is not valid; make a new channel")
        }
        guard let body = try? AlertPayload(alert).encoded(), body.count < Self.limit else {
            return .failed(reason: "the message would be larger than \(Self.limit) bytes")
        }
        let id = alert.id.description
        let timestamp = Int(delivery.now().timeIntervalSince1970)
        var request = ClientRequest(
            .post, channel.text(WebhookFields.address),
            headers: [
                "Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": String(timestamp),
                "webhook-signature": signature.sign(id: id, timestamp: timestamp, body: body),
            ], body: body)
        request.discardsBody = true
        return await delivery.send(request, for: channel)
    }
}
