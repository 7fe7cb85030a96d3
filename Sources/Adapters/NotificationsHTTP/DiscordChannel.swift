package import Domain
import Foundation
import HTTPClient
package import Notifications

/// Discord's webhooks (discord.com/developers/docs/resources/webhook): an embed, with the picture attached to it.
package struct DiscordChannel: NotificationChannel {
    private let delivery: HTTPDelivery

    package init(_ delivery: HTTPDelivery) { self.delivery = delivery }

    private struct Message: Encodable {
        struct Embed: Encodable {
            struct Image: Encodable { let url: String }
            let title: String
            let description: String
            let url: String?
            let color: Int
            let timestamp: String
            let image: Image?
        }
        struct Mentions: Encodable { let parse: [String] }
        let embeds: [Embed]
        /// Nobody: a camera's name must not call everyone.
        let allowed_mentions = Mentions(parse: [])
    }

    private struct Answer: Decodable {
        let message: String?
        let code: Int?
        let retry_after: Double?
    }

    /// `Unknown Webhook`: it was deleted.
    private static let unknownWebhook = 10015

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        let address = channel.secret(DiscordFields.address)?.reveal() ?? ""
        do {
            return await delivery.send(try request(alert, to: address), for: channel) { response in
                let answer = response.decoded(Answer.self)
                return HTTPDelivery.Words(
                    explanation: answer?.message, retryAfter: answer?.retry_after,
                    isGone: answer?.code == Self.unknownWebhook)
            }
        } catch { return .failed(reason: "the message could not be written: \(error)") }
    }

    private func request(_ alert: Alert, to address: String) throws -> ClientRequest {
        let embed = Message.Embed(
            title: MessageText.cut(alert.text.title, to: 256), description: MessageText.cut(alert.text.body, to: 4096),
            url: alert.link, color: Self.color(alert), timestamp: JSON.text(of: alert.createdAt),
            image: alert.picture == nil ? nil : .init(url: "attachment://evidence.jpg"))
        let message = Message(embeds: [embed])
        guard let picture = alert.picture else { return try .json(address, message) }
        var form = MultipartForm()
        let payload = try JSONEncoder().encode(message)
        form.add("payload_json", String(decoding: payload, as: UTF8.self), contentType: "application/json")
        form.add("files[0]", file: picture, named: "evidence.jpg", contentType: "image/jpeg")
        return .form(address, form)
    }

    private static func color(_ alert: Alert) -> Int {
        if alert.incident.state == .closed { return 0x22A05A }
        return switch alert.incident.severity {
        case .info: 0x2F6FED
        case .warning: 0xE68C14
        case .critical: 0xD72D3C
        }
    }
}
