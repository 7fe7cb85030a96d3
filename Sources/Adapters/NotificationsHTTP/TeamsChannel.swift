package import Domain
import Foundation
import HTTPClient
package import Notifications

/// A Workflows webhook of Microsoft Teams with an adaptive card 1.4. (The older connectors and their `MessageCard` are
/// retired.) It takes messages below 28 kB and no pictures that are not on the public internet.
package struct TeamsChannel: NotificationChannel {
    static let limit = 28_000

    private let delivery: HTTPDelivery

    package init(_ delivery: HTTPDelivery) { self.delivery = delivery }

    private struct Message: Encodable {
        struct Attachment: Encodable {
            let contentType = "application/vnd.microsoft.card.adaptive"
            let content: Card
        }
        let type = "message"
        let attachments: [Attachment]
    }

    private struct Card: Encodable {
        struct TextBlock: Encodable {
            let type = "TextBlock"
            let text: String
            var size: String?
            var weight: String?
            let wrap = true
        }
        struct Action: Encodable {
            let type = "Action.OpenUrl"
            let title: String
            let url: String
        }
        let schema = "http://adaptivecards.io/schemas/adaptive-card.json"
        let type = "AdaptiveCard"
        let version = "1.4"
        let body: [TextBlock]
        let actions: [Action]

        private enum CodingKeys: String, CodingKey {
            case schema = "$schema"
            case type, version, body, actions
        }
    }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        let lines = alert.text.body.split(whereSeparator: \.isNewline).map {
            Card.TextBlock(text: Self.plain(String($0)))
        }
        let title = Card.TextBlock(text: Self.plain(alert.text.title), size: "Large", weight: "Bolder")
        let card = Card(
            body: [title] + lines.prefix(40),
            actions: alert.link.map { [.init(title: alert.text.openIncident, url: $0)] } ?? [])
        let address = channel.secret(TeamsFields.address)?.reveal() ?? ""
        guard let request = try? ClientRequest.json(address, Message(attachments: [.init(content: card)])) else {
            return .failed(reason: "the message could not be written")
        }
        guard request.body.count < Self.limit else {
            return .failed(reason: "the message would be larger than \(Self.limit) bytes: shorten its template")
        }
        return await delivery.send(request, for: channel)
    }

    /// Cards read a little Markdown; names are meant as they are.
    private static func plain(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "\\`*_[]#<>".contains(character) { result += "\\" }
            result.append(character)
        }
    }
}
