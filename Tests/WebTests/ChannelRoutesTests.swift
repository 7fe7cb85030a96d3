import Domain
import Foundation
import HTTPTypes
import Notifications
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Web

@Suite("Channels over HTTP", .timeLimit(.minutes(10)))
struct ChannelRoutesTests {
    private static let path = "/api/v1/channels"
    private static let token = "123456:CANARY_abcdefghijklmnopqrstuvwxyz"

    private static let webhook: JSONValue = [
        "name": "a", "kind": "webhook", "settings": ["address": "https://a.example/"],
    ]

    /// Complete settings of every kind, with a canary in every secret.
    private static let complete: [Channel.Kind: [String: JSONValue]] = [
        .webhook: ["address": "https://hooks.example.org/services/T0"],
        .telegram: [
            "bot_token": .string(token), "chat_id": "-1001234", "topic_id": 7, "server": "https://tg.example.org",
        ],
        .slack: [
            "address": "https://hooks.slack.com/services/CANARY", "bot_token": "xoxb-CANARY", "channel_id": "C012",
            "server": "https://slack.com",
        ],
        .teams: ["address": "https://x.powerplatform.com/CANARY?sig=1"],
        .discord: ["address": "https://discord.com/api/webhooks/1/CANARY"],
        .email: [
            "host": "mail.example.org", "port": 465, "security": "tls", "username": "u", "password": "CANARY",
            "from": "maskwatch@example.org", "to": "a@example.org, b@example.org",
            "report": "weekly", "report_hour": 6,
        ],
        .ntfy: ["server": "https://ntfy.example.org", "topic": "shop_1", "token": "tk_CANARY"],
        .gotify: ["server": "https://gotify.example.org/", "token": "CANARY"],
        .mqtt: [
            "host": "broker.example.org", "port": 8883, "tls": true, "username": "u", "password": "CANARY",
            "topic": "shop/masks", "discovery": false, "discovery_topic": "home",
        ],
    ]

    private func body(_ kind: Channel.Kind, _ change: [String: JSONValue] = [:]) -> JSONValue {
        let settings = Self.complete[kind, default: [:]].merging(change) { $1 }
        return ["name": .string(kind.rawValue), "kind": .string(kind.rawValue), "settings": .object(settings)]
    }

    @Test(
        "every kind is kept whole, shows its values and of its secrets only that they are there",
        arguments: Channel.Kind.allCases)
    func kinds(_ kind: Channel.Kind) async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let created = try await browser.post(Self.path, body(kind))
        try #require(created.status == .created, "\(created.text)")
        let shown = created.json["settings"]
        for field in kind.fields where field.form != .generated && field.form != .site {
            if field.form.isSecret {
                #expect(shown["has_\(field.name)"] == .bool(true), "\(field.name)")
            } else {
                #expect(shown[field.name] == Self.complete[kind]?[field.name], "\(field.name)")
            }
        }
        let viewed = try await fixture.browser(.viewer).get(Self.path)
        #expect(viewed.json["channels"][0]["settings"] == .null)
        #expect(viewed.json["channels"][0]["destination"].string?.isEmpty == false)
        for answer in [created, viewed, try await browser.get(Self.path)] { #expect(!answer.text.contains("CANARY")) }
        let path = "\(Self.path)/\(created.json["id"].string ?? "")"
        let before = try await fixture.persistence.channels.channels()
        #expect(try await browser.put(path, ["name": .string(kind.rawValue)]).status == .ok)
        let after = try await fixture.persistence.channels.channels()
        #expect(after.map(\.settings) == before.map(\.settings), "what is left out stays")
        #expect(!fixture.log.text.contains("CANARY"))
        #expect(try await browser.delete(path).status == .noContent)
        #expect(try await browser.delete(path).status == .notFound)
    }

    @Test("a webhook's signing secret is made here and shown once")
    func signingSecret() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let created = try await browser.post(Self.path, Self.webhook)
        let secret = try #require(created.json["secret"].string)
        #expect(secret.hasPrefix("whsec_"))
        #expect((24...64).contains(Data(base64Encoded: String(secret.dropFirst(6)))?.count ?? 0))
        let stored = try #require(try await fixture.persistence.channels.channels().first)
        #expect(stored.secret(WebhookFields.secret)?.reveal() == secret)
        #expect(try await !browser.get(Self.path).text.contains(secret))
        let given = try await browser.post(
            Self.path, ["name": "b", "kind": "webhook", "settings": ["address": "https://a/", "secret": "whsec_x"]])
        #expect(given.wrongFields == ["settings.secret"])
    }

    @Test("what is missing is said at its field", arguments: Channel.Kind.allCases)
    func missing(_ kind: Channel.Kind) async throws {
        let browser = try await WebFixture().browser(.administrator)
        let answer = try await browser.post(
            Self.path, ["name": "a", "kind": .string(kind.rawValue), "settings": .object([:])])
        #expect(Set(answer.wrongFields) == Set(kind.fields.filter(\.isNeeded).map { "settings.\($0.name)" }))
    }

    @Test(
        "what is wrong is said at its field",
        arguments: [
            (Channel.Kind.webhook, "address", JSONValue.string("ftp://a/")), (.webhook, "address", "https://u:p@a/"),
            (.webhook, "address", "https://a/\r\nX: 1"), (.slack, "address", "file:///etc/passwd"),
            (.slack, "channel_id", ""),
            (.telegram, "bot_token", "hello"), (.telegram, "chat_id", "me"), (.telegram, "topic_id", 0),
            (.email, "host", "https://mail.example.org"), (.email, "host", "169.254.1.1"), (.email, "port", 70_000),
            (.email, "security", "ssl"), (.email, "from", "a@b@c"), (.email, "from", "a\r\nBcc: x@y"),
            (.email, "to", "a@example.org,"), (.email, "to", "a@example.org\nBcc: b@example.org"),
            (.ntfy, "topic", "a/b"),
            (.gotify, "server", "gotify.example.org"), (.mqtt, "topic", "masks/#"), (.mqtt, "topic", "/masks"),
            (.mqtt, "discovery_topic", "a//b"), (.mqtt, "tls", "yes"),
        ])
    func wrong(_ kind: Channel.Kind, _ field: String, _ value: JSONValue) async throws {
        let browser = try await WebFixture { $0.addressPolicy = AddressPolicy() }.browser(.administrator)
        #expect(try await browser.post(Self.path, body(kind, [field: value])).wrongFields == ["settings.\(field)"])
    }

    @Test("a report is about a site that is there")
    func reportSite() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let site = Site(name: "Market", timeZone: .gmt)
        let wrong = try await browser.post(Self.path, body(.email, ["report_site": .string(site.id.description)]))
        #expect(wrong.wrongFields == ["settings.report_site"])
        try await fixture.persistence.sites.save(site)
        let created = try await browser.post(Self.path, body(.email, ["report_site": .string(site.id.description)]))
        #expect(created.json["settings"]["report_site"].string == site.id.description)
        _ = try await fixture.persistence.sites.remove(site.id)
        let path = "\(Self.path)/\(created.json["id"].string ?? "")"
        let renamed = try await browser.put(path, ["name": "renamed"])
        #expect(renamed.status == .ok, "what is left out is not asked for again")
    }

    @Test("a secret does not follow the channel to another server")
    func movedElsewhere() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        for (kind, field) in [
            (Channel.Kind.telegram, "server"), (.gotify, "server"), (.email, "host"),
        ] {
            let created = try await browser.post(Self.path, body(kind))
            let path = "\(Self.path)/\(created.json["id"].string ?? "")"
            var settings = Self.complete[kind, default: [:]]
            for secret in kind.fields where secret.form.isSecret { settings[secret.name] = nil }
            settings[field] = field == "host" ? "elsewhere.example.org" : "https://elsewhere.example.org"
            let moved = try await browser.put(path, ["name": "x", "settings": .object(settings)])
            #expect(moved.status == .unprocessableContent && moved.wrongFields.count == 1, "\(kind): \(moved.text)")
            let other = try await browser.put(path, ["name": "x", "kind": "webhook"])
            #expect(other.wrongFields == ["kind"])
        }
    }

    @Test("a test message says whether it arrived, and that it is a test, in the channel's language and with a picture")
    func channelTest() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        guard case .object(var wanted) = body(.telegram) else { return }
        wanted["language"] = "de"
        let created = try await browser.post(Self.path, .object(wanted))
        let path = "\(Self.path)/\(created.json["id"].string ?? "")/test"
        #expect(try await browser.post(path).json["result"] == "delivered")
        let alert = try #require(fixture.receiver.alerts.first)
        #expect(alert.event == nil && alert.text.body.contains("Testkamera") && alert.picture != nil)
        for result in [DeliveryResult.retry(reason: "503", after: nil), .failed(reason: "503"), .gone(reason: "503")] {
            fixture.receiver.answer(result)
            #expect(try await browser.post(path).json == ["result": "failed", "detail": "503"])
        }
        fixture.receiver.answer(.failed(reason: "no bot \(Self.token)"))
        #expect(try await browser.post(path).json["detail"] == "no bot ***")
    }

    @Test("what was sent is listed by channel and by incident, and what was given up can be sent again")
    func notifications() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let created = try await browser.post(Self.path, Self.webhook)
        let incident = try await IncidentRoutesTests.opened(fixture)
        let path = "\(Self.path)/\(created.json["id"].string ?? "")/notifications"
        let sent = try await fixture.browser(.viewer).get(path).json["notifications"]
        #expect(sent.elements.count == 1)
        #expect(sent[0]["state"] == "pending" && sent[0]["event"] == "incident.opened")
        #expect(sent[0]["incident"]["id"].string == incident.id.description)
        #expect(try await browser.get("/api/v1/incidents/\(incident.id)/notifications").json["notifications"] == sent)
        let retry = "\(path)/\(sent[0]["id"].string ?? "")/retry"
        #expect(try await browser.post(retry).status == .notFound, "it waits already")
        var message = try #require(try await fixture.persistence.outbox.notifications(channel: nil, limit: 1).first)
        message.state = .failed
        try await fixture.persistence.outbox.update(message)
        #expect(try await browser.post(retry).status == .noContent)
        #expect(try await browser.get(path).json["notifications"][0]["state"] == "pending")
    }

    @Test("templates are previewed in every language, and their errors said at the field")
    func templates() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let texts = try await browser.get("/api/v1/message-texts").json
        #expect(texts["languages"].elements.map { $0["code"].string } == ["en", "es", "de", "zh"])
        for language in texts["languages"].elements {
            let preview = try await browser.post(
                "/api/v1/message-texts/preview",
                [
                    "language": language["code"], "title_template": language["title_template"],
                    "body_template": language["body_template"],
                ])
            #expect(preview.status == .ok && preview.json["title"].string?.contains("{{") == false)
        }
        let wrong = try await browser.post(
            "/api/v1/message-texts/preview", ["title_template": "{{x}}", "body_template": "a\n{{#camera}}"])
        #expect(wrong.wrongFields == ["title_template", "body_template"])
        guard case .object(var wanted) = Self.webhook else { return }
        wanted["body_template"] = "{{camera"
        #expect(try await browser.post(Self.path, .object(wanted)).wrongFields == ["body_template"])
        wanted["body_template"] = "{{camera}}\n{{rule}}"
        let created = try await browser.post(Self.path, .object(wanted))
        #expect(created.json["body_template"] == "{{camera}}\n{{rule}}")
    }
}
