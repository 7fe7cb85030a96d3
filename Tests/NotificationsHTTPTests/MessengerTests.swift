import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Notifications
import NotificationsHTTP
import TestSupport
import Testing

/// What each messenger gets, against its published rules.
@Suite("Messengers", .serialized, .timeLimit(.minutes(10)))
struct MessengerTests {
    private func sent(
        _ kind: Channel.Kind, _ alert: Alert, adding extra: ChannelSettings = ChannelSettings()
    ) async throws -> HTTPRequest {
        let service = HTTPService.service(kind)
        let server = RecordingServer { _ in HTTPResponse.data(Data(service.yes.utf8), contentType: "application/json") }
        let result = try await server.whileServing { await service.deliver(to: $0, alert, adding: extra) }
        #expect(result == .delivered)
        return try #require(server.requests.first)
    }

    private func object(_ data: Data) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private static let long = String(repeating: "<&🧑‍🤝‍🧑ü", count: 2000)

    @Test("Telegram gets the picture, an escaped caption that fits, the topic and a button")
    func telegram() async throws {
        let request = try await sent(.telegram, .sample())
        #expect(request.path == "/bot\(HTTPService.token)/sendPhoto")
        let form = try #require(MultipartReader(request))
        #expect(form["chat_id"] == "-100123" && form["message_thread_id"] == "7" && form["parse_mode"] == "HTML")
        #expect(
            form["caption"] == "<b>🔴 Incident: &lt;Tür&gt; &amp; \"Hof\"</b>\nCamera: a_b*c*\n人脸 &lt;2&gt;")
        #expect(form.parts["photo"]?.body == Alert.sample().picture)
        #expect(form.parts["photo"]?.headers["content-type"] == "image/jpeg")
        let markup = try object(Data((form["reply_markup"] ?? "").utf8))
        let button = ((markup["inline_keyboard"] as? [[[String: String]]])?.first?.first)
        #expect(button == ["text": "Open, please", "url": "https://masks.example.org/#/incidents/1"])
    }

    @Test("a Telegram message without a picture is a text, and one to a local address has no button")
    func telegramText() async throws {
        let request = try await sent(.telegram, .sample(link: "http://localhost:8080/#/incidents/1", picture: nil))
        #expect(request.path.hasSuffix("/sendMessage"))
        let form = try #require(MultipartReader(request))
        #expect(form["text"] != nil && form["caption"] == nil && form["reply_markup"] == nil)
    }

    @Test("Telegram's limits hold for texts of any length, and no entity is cut")
    func telegramLimits() async throws {
        let photo = try #require(
            MultipartReader(try await sent(.telegram, .sample(title: Self.long, body: Self.long))))
        let caption = try #require(photo["caption"])
        #expect(caption.utf16.count <= 1024 && caption.utf16.count > 500)
        #expect(caption.replacing(#/&(amp|lt|gt);|<\/?b>/#, with: "").allSatisfy { !"<>&".contains($0) })
        let text = try #require(
            MultipartReader(try await sent(.telegram, .sample(title: Self.long, body: Self.long, picture: nil)))?[
                "text"])
        #expect(text.utf16.count <= 4096)
    }

    @Test("Telegram's own refusal and its wait are understood")
    func telegramRefusal() async throws {
        let service = HTTPService.service(.telegram)
        let busy = RecordingServer { _ in
            let body =
                #"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":35}}"#
            return HTTPResponse.data(Data(body.utf8), contentType: "application/json", status: .tooManyRequests)
        }
        let later = try await busy.whileServing { await service.deliver(to: $0) }
        #expect(
            later
                == .retry(reason: "the receiver answered 429 Too Many Requests: Too Many Requests", after: .seconds(35))
        )
    }

    @Test("Slack gets blocks within their limits and a fallback text")
    func slack() async throws {
        for alert in [Alert.sample(), .sample(title: Self.long, body: Self.long)] {
            let body = try object(try await sent(.slack, alert).body)
            #expect((body["text"] as? String)?.isEmpty == false)
            let blocks = try #require(body["blocks"] as? [[String: Any]])
            #expect(blocks.map { $0["type"] as? String } == ["header", "section", "actions"])
            let texts = blocks.compactMap { ($0["text"] as? [String: String])?["text"] }
            #expect(texts[0].unicodeScalars.count <= 150 && texts[1].unicodeScalars.count <= 3000)
        }
        let title = try object(try await sent(.slack, .sample()).body)["text"] as? String
        #expect(title == "🔴 Incident: &lt;Tür&gt; &amp; \"Hof\"")
    }

    @Test("Slack with a bot token gets the picture in three steps")
    func slackUpload() async throws {
        let service = HTTPService.service(.slack)
        let server = RecordingServer { request in
            let address = "http://\(request.headers["Host"] ?? "")/upload/1"
            let body =
                switch request.path {
                case "/api/files.getUploadURLExternal": #"{"ok":true,"upload_url":"\#(address)","file_id":"F1"}"#
                case "/upload/1": "OK - 6"
                default: #"{"ok":true}"#
                }
            return HTTPResponse.data(Data(body.utf8), contentType: "application/json")
        }
        let result = try await server.whileServing { address in
            let extra = ChannelSettings(
                values: ["server": .text(address), "channel_id": .text("C1")], secrets: ["bot_token": Secret("xoxb-1")])
            return await service.deliver(to: address, adding: extra)
        }
        #expect(result == .delivered)
        let requests = server.requests
        #expect(
            requests.map(\.path) == [
                "/api/files.getUploadURLExternal", "/upload/1", "/api/files.completeUploadExternal",
            ])
        #expect(requests[0].headers["Authorization"] == "Bearer xoxb-1")
        #expect(String(decoding: requests[0].body, as: UTF8.self) == "filename=evidence.jpg&length=6")
        #expect(requests[1].body == Alert.sample().picture && requests[1].headers["Authorization"] == nil)
        #expect(String(decoding: requests[2].body, as: UTF8.self).contains("channel_id=C1"))
    }

    @Test("Teams gets an adaptive card 1.4 that shows names as they are, or a clear no if it would be too large")
    func teams() async throws {
        let body = try object(try await sent(.teams, .sample()).body)
        #expect(body["type"] as? String == "message")
        let attachment = try #require((body["attachments"] as? [[String: Any]])?.first)
        #expect(attachment["contentType"] as? String == "application/vnd.microsoft.card.adaptive")
        let card = try #require(attachment["content"] as? [String: Any])
        #expect(card["type"] as? String == "AdaptiveCard" && card["version"] as? String == "1.4")
        let blocks = try #require(card["body"] as? [[String: Any]])
        #expect(blocks.map { $0["text"] as? String }[1] == "Camera: a\\_b\\*c\\*")
        #expect((card["actions"] as? [[String: Any]])?.first?["type"] as? String == "Action.OpenUrl")
        let tooLarge = await HTTPService.service(.teams).deliver(
            to: "http://127.0.0.1:1", .sample(body: Self.long + Self.long))
        guard case .failed = tooLarge else { return #expect(Bool(false), "\(tooLarge)") }
    }

    @Test("Discord gets an embed with the picture attached, calls nobody, and keeps its limits")
    func discord() async throws {
        let form = try #require(MultipartReader(try await sent(.discord, .sample(title: Self.long, body: Self.long))))
        let body = try object(Data((form["payload_json"] ?? "").utf8))
        #expect((body["allowed_mentions"] as? [String: [String]]) == ["parse": []])
        let embed = try #require((body["embeds"] as? [[String: Any]])?.first)
        #expect((embed["title"] as? String).map { $0.unicodeScalars.count <= 256 } == true)
        #expect((embed["description"] as? String).map { $0.unicodeScalars.count <= 4096 } == true)
        #expect((embed["image"] as? [String: String])?["url"] == "attachment://evidence.jpg")
        #expect(form.parts["files[0]"]?.headers["content-disposition"]?.contains("filename=\"evidence.jpg\"") == true)
        #expect(form.parts["files[0]"]?.body == Alert.sample().picture)
        let bare = try await sent(.discord, .sample(picture: nil))
        #expect(bare.headers["Content-Type"] == "application/json")
    }

    @Test("Discord's deleted webhook switches the channel off")
    func discordDeleted() async throws {
        let server = RecordingServer { _ in
            let body = #"{"message":"Unknown Webhook","code":10015}"#
            return HTTPResponse.data(Data(body.utf8), contentType: "application/json", status: .notFound)
        }
        let result = try await server.whileServing { await HTTPService.service(.discord).deliver(to: $0) }
        guard case .gone = result else { return #expect(Bool(false), "\(result)") }
    }

    @Test("ntfy gets the picture as its body and the words, of any alphabet, in the query")
    func ntfy() async throws {
        let request = try await sent(.ntfy, .sample())
        #expect(request.method == .put && request.path == "/shop" && request.body == Alert.sample().picture)
        #expect(request.headers["Authorization"] == "Bearer \(HTTPService.token)")
        let query = Dictionary(uniqueKeysWithValues: request.query.map { ($0.name, $0.value) })
        #expect(query["title"] == "🔴 Incident: <Tür> & \"Hof\"" && query["message"] == "Camera: a_b*c*\n人脸 <2>")
        #expect(query["priority"] == "4" && query["filename"] == "evidence.jpg")
        #expect(query["actions"] == "view, Open please, https://masks.example.org/#/incidents/1")
        let long = try await sent(.ntfy, .sample(body: Self.long))
        #expect(long.query.first { $0.name == "message" }.map { $0.value.utf8.count <= 4096 } == true)
    }

    @Test("Gotify gets title, message and priority, and its token in a header only")
    func gotify() async throws {
        let request = try await sent(.gotify, .sample())
        #expect(request.path == "/message" && request.headers["X-Gotify-Key"] == HTTPService.token)
        let body = try object(request.body)
        #expect(body["title"] as? String == "🔴 Incident: <Tür> & \"Hof\"" && body["priority"] as? Int == 6)
    }
}
