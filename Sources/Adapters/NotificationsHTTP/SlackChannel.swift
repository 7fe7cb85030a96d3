package import Domain
import Foundation
import HTTPClient
import HTTPTypes
package import Notifications

/// Slack: an incoming webhook with blocks (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). With a bot
/// token the picture is uploaded in the three steps of `files.getUploadURLExternal`, and the message goes with it.
package struct SlackChannel: NotificationChannel {
    private let delivery: HTTPDelivery

    package init(_ delivery: HTTPDelivery) { self.delivery = delivery }

    private struct Message: Encodable {
        let text: String
        let blocks: [Block]
    }

    private struct Block: Encodable {
        struct Text: Encodable {
            let type: String
            let text: String
        }
        struct Element: Encodable {
            let type = "button"
            let text: Text
            let url: String
        }
        let type: String
        var text: Text?
        var elements: [Element]?
    }

    /// What the methods of the Web API answer: 200 also for a refusal.
    private struct Answer: Decodable {
        let ok: Bool
        let error: String?
        let upload_url: String?
        let file_id: String?
    }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        if let picture = alert.picture, let token = channel.secret(SlackFields.token) {
            return await upload(picture, alert, channel, token)
        }
        let address = channel.secret(SlackFields.address)?.reveal() ?? ""
        do {
            return await delivery.send(try .json(address, Self.message(alert)), for: channel) { response in
                let said = String(decoding: response.body.prefix(200), as: UTF8.self)
                // What the documentation lists for a webhook that will never work again.
                let isGone = ["no_service", "channel_is_archived", "team_disabled"].contains(said)
                return HTTPDelivery.Words(explanation: said.hasPrefix("<") ? nil : said, isGone: isGone)
            }
        } catch { return .failed(reason: "the message could not be written: \(error)") }
    }

    /// Limits of a block: 150 characters in a header, 3000 in a section, 75 in a button.
    private static func message(_ alert: Alert) -> Message {
        var blocks = [
            Block(
                type: "header",
                text: .init(type: "plain_text", text: MessageText.cut(alert.text.title, to: 150)))
        ]
        if !alert.text.body.isEmpty {
            blocks.append(
                Block(
                    type: "section", text: .init(type: "plain_text", text: MessageText.cut(alert.text.body, to: 3000))))
        }
        if let link = alert.link {
            let words = Block.Text(type: "plain_text", text: MessageText.cut(alert.text.openIncident, to: 75))
            blocks.append(Block(type: "actions", elements: [.init(text: words, url: link)]))
        }
        return Message(text: escaped(MessageText.cut(alert.text.title, to: 300)), blocks: blocks)
    }

    private func upload(
        _ picture: Data, _ alert: Alert, _ channel: Channel, _ token: Secret
    ) async -> DeliveryResult {
        let headers: HTTPHeaders = [
            "Authorization": "Bearer \(token.reveal())", "Content-Type": "application/x-www-form-urlencoded",
        ]
        let server = channel.text(SlackFields.server)
        func call(_ method: String, _ form: [(String, String)]) -> ClientRequest {
            let body = form.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
            return ClientRequest(.post, joined(server, "/api/\(method)"), headers: headers, body: Data(body.utf8))
        }
        do {
            let place = try await step(
                call("files.getUploadURLExternal", [("filename", "evidence.jpg"), ("length", String(picture.count))]),
                channel)
            guard let answer = place.decoded(Answer.self), let address = answer.upload_url, let file = answer.file_id
            else {
                return .failed(reason: "Slack gave no place for the picture")
            }
            _ = try await step(
                ClientRequest(.post, address, headers: ["Content-Type": "image/jpeg"], body: picture), channel,
                isMethod: false)
            let files = [["id": file, "title": MessageText.cut(alert.text.title, to: 150)]]
            let list = String(decoding: try JSONEncoder().encode(files), as: UTF8.self)
            _ = try await step(
                call(
                    "files.completeUploadExternal",
                    [
                        ("files", list), ("channel_id", channel.text(SlackFields.channel)),
                        ("initial_comment", Self.comment(alert)),
                    ]), channel)
            return .delivered
        } catch let ended as HTTPDelivery.Ended { return ended.result } catch {
            return .failed(reason: "the message could not be written: \(error)")
        }
    }

    /// - Parameter isMethod: whether the answer is one of the Web API.
    private func step(_ request: ClientRequest, _ channel: Channel, isMethod: Bool = true) async throws
        -> ClientResponse
    {
        let response = try await delivery.answer(to: request, for: channel).get()
        let answer = isMethod ? response.decoded(Answer.self) : nil
        let words = HTTPDelivery.Words(explanation: answer?.error, isRefusal: isMethod && answer?.ok != true)
        let result = delivery.result(of: response, words, channel)
        guard result == .delivered else { throw HTTPDelivery.Ended(result: result) }
        return response
    }

    private static func comment(_ alert: Alert) -> String {
        let link = alert.link.map { "\n<\($0)|\(escaped(alert.text.openIncident))>" } ?? ""
        return "*\(escaped(alert.text.title))*\n\(escaped(MessageText.cut(alert.text.body, to: 2500)))\(link)"
    }

    /// The three characters that mean something to Slack.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
