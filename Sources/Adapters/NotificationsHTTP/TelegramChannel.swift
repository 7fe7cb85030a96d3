package import Domain
import Foundation
import HTTPClient
package import Notifications

/// Telegram's Bot API (core.telegram.org/bots/api): `sendPhoto` with a caption, `sendMessage` without a picture. The token
/// is part of the address, which therefore appears in no error.
package struct TelegramChannel: NotificationChannel {
    /// In characters after the markup is taken out; counted with it to be safe.
    static let captionLimit = 1024
    static let messageLimit = 4096

    private let delivery: HTTPDelivery

    package init(_ delivery: HTTPDelivery) { self.delivery = delivery }

    private struct Answer: Decodable {
        struct Parameters: Decodable {
            let retry_after: Double?
        }
        let ok: Bool
        let description: String?
        let parameters: Parameters?
    }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        let token = channel.secret(TelegramFields.token)?.reveal() ?? ""
        let method = alert.picture == nil ? "sendMessage" : "sendPhoto"
        let address = joined(channel.text(TelegramFields.server), "/bot\(token)/\(method)")
        return await delivery.send(.form(address, form(alert, channel)), for: channel) { response in
            let answer = response.decoded(Answer.self)
            return HTTPDelivery.Words(
                explanation: answer?.description, retryAfter: answer?.parameters?.retry_after,
                isRefusal: answer?.ok != true)
        }
    }

    private func form(_ alert: Alert, _ channel: Channel) -> MultipartForm {
        var form = MultipartForm()
        form.add("chat_id", channel.text(TelegramFields.chat))
        if let topic = channel.number(TelegramFields.topic) { form.add("message_thread_id", String(topic)) }
        form.add("parse_mode", "HTML")
        if let button = Self.button(alert) { form.add("reply_markup", button) }
        if let picture = alert.picture {
            form.add("caption", Self.html(alert.text, limit: Self.captionLimit))
            form.add("photo", file: picture, named: "evidence.jpg", contentType: "image/jpeg")
        } else {
            form.add("text", Self.html(alert.text, limit: Self.messageLimit))
        }
        return form
    }

    /// The title in bold. Cut before it is escaped, so that no entity is cut; shortened further until it fits.
    static func html(_ text: MessageText, limit: Int) -> String {
        var room = limit
        while room > 0 {
            let whole = MessageText.cut(text.title, to: min(room, 256))
            let body = MessageText.cut(text.body, to: max(1, room - whole.unicodeScalars.count))
            let html = "<b>\(escaped(whole))</b>" + (text.body.isEmpty ? "" : "\n\(escaped(body))")
            if html.utf16.count <= limit { return html }
            room = min(room - 8, room * limit / html.utf16.count)
        }
        return ""
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// Telegram refuses buttons to addresses that are not public names, so that such a link only goes into the text.
    private static func button(_ alert: Alert) -> String? {
        guard let link = alert.link, let host = try? CameraAddress(link).host, host.contains("."),
            !host.hasSuffix(".local")
        else { return nil }
        let markup = ["inline_keyboard": [[["text": alert.text.openIncident, "url": link]]]]
        return (try? JSONEncoder().encode(markup)).map { String(decoding: $0, as: UTF8.self) }
    }
}
