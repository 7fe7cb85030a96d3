import Domain
import Foundation
import Imaging
import Notifications
import TestSupport
import Testing

@Suite("Templates of messages")
struct MessageTemplateTests {
    private func rendered(_ text: String, _ values: [MessageVariable: String] = [:]) throws -> String {
        try MessageTemplate(text).render(values)
    }

    @Test("fill their gaps, and keep or drop what depends on one")
    func renders() throws {
        #expect(try rendered("{{camera}}: {{ rule }}", [.camera: "a", .rule: "b"]) == "a: b")
        #expect(try rendered("x{{#link}} {{link}}{{/link}}{{^link}} none{{/link}}") == "x none")
        #expect(try rendered("x{{#link}} {{link}}{{/link}}{{^link}} none{{/link}}", [.link: "l"]) == "x l")
        #expect(try rendered("\n a { b } \n\n") == "a { b }")
        #expect(try rendered("") == "")
    }

    @Test("never read what they fill in as a template")
    func isData() throws {
        #expect(try rendered("{{camera}}", [.camera: "{{rule}}", .rule: "x"]) == "{{rule}}")
    }

    @Test(
        "say what is wrong and where",
        arguments: [
            ("{{", 1, "not closed"), ("a\n{{camera", 2, "not closed"), ("{{nobody}}", 1, "There is no {{nobody}}"),
            ("{{#camera}}", 1, "{{/camera}}"), ("a\nb{{/camera}}", 2, "nothing is open"),
            ("{{#camera}}{{/rule}}", 1, "{{/camera}} was expected"), ("{{}}", 1, "There is no"),
            ("{{camera\n}}", 1, "not closed"),
        ])
    func errors(_ text: String, _ line: Int, _ words: String) throws {
        let error = try #require(throws: MessageTemplateError.self) { try MessageTemplate(text) }
        #expect(error.line == line && error.message.contains(words), "\(error)")
    }

    @Test("have limits of length and depth")
    func limits() {
        #expect(throws: MessageTemplateError.self) { try MessageTemplate(String(repeating: "a", count: 2001)) }
        let deep = String(repeating: "{{#camera}}", count: 100) + String(repeating: "{{/camera}}", count: 100)
        #expect(throws: MessageTemplateError.self) { try MessageTemplate(deep) }
    }

    @Test("hold against any text")
    func anyText() {
        var random = SeededGenerator(seed: 7)
        let pieces = ["{{", "}}", "#", "/", "^", "camera", "rule", "\n", " ", "ü", "{", "x"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            if let template = try? MessageTemplate(text) { _ = template.render([.camera: "c"]) }
        }
    }
}

@Suite("Messages in words")
struct MessageComposerTests {
    private let opened = Date(timeIntervalSince1970: 1_792_888_200)

    private func text(
        _ language: Channel.Language, zone: String = "Europe/Madrid", state: Incident.State = .closed
    ) throws -> MessageText {
        let composer = MessageComposer(
            timeZone: try #require(TimeZone(identifier: zone)), publicURL: "https://masks.example.org")
        let channel = Channel(name: "a", kind: .webhook, settings: ChannelSettings(), language: language)
        let event: IncidentEvent = state == .closed ? .closed : .opened
        let message = ChannelNotification(
            channelID: channel.id, event: event, incident: .sample(at: opened, state: state, rule: "Tür <1>"),
            createdAt: opened)
        return composer.alert(
            for: message, of: message.incident ?? .sample(), cameraName: "Hof", channel: channel, picture: nil
        ).text
    }

    @Test("every language says every event, severity and date in its own words", arguments: Channel.Language.allCases)
    func languages(_ language: Channel.Language) throws {
        for state in Incident.State.allCases {
            let text = try text(language, state: state)
            #expect(text.title.contains("Tür <1>") && text.body.contains("Hof"))
            #expect(!text.title.contains("{{") && !text.body.contains("{{"))
            #expect(!text.openIncident.isEmpty && !text.title.hasSuffix(": "))
            #expect(!text.body.contains("\n\n"))
        }
    }

    @Test("translators have left nothing out", arguments: Channel.Language.allCases)
    func complete(_ language: Channel.Language) throws {
        let english = MessageTexts[.english]
        let other = MessageTexts[language]
        for (a, b) in [(english.title, other.title), (english.body, other.body)] {
            let gap = #/{{.?[a-z]+}}/#
            #expect(
                a.matches(of: gap).map { String($0.0) }.sorted() == b.matches(of: gap).map { String($0.0) }.sorted())
        }
    }

    @Test("dates are in the site's time zone and name it, so that the hour of October that comes twice is told apart")
    func timeZone() throws {
        // 2026-10-25: at 03:00 CEST the clocks of Madrid go back to 02:00 CET.
        let before = try MessageComposer(timeZone: #require(TimeZone(identifier: "Europe/Madrid")), publicURL: nil)
        func body(_ seconds: TimeInterval) -> String {
            let channel = Channel(name: "a", kind: .webhook, settings: ChannelSettings(), bodyTemplate: "{{opened}}")
            let time = Date(timeIntervalSince1970: 1_792_888_200 + seconds)
            let message = ChannelNotification(
                channelID: channel.id, event: .opened, incident: .sample(at: time), createdAt: time)
            return before.alert(
                for: message, of: message.incident ?? .sample(), cameraName: nil, channel: channel, picture: nil
            ).text.body
        }
        #expect(body(0).contains("2:30:00") && body(3600).contains("2:30:00"))
        #expect(body(0) != body(3600), "\(body(0))")
        #expect(try text(.english, zone: "Asia/Shanghai").body.contains("8:30:00"))
    }

    @Test("a text that is cut keeps whole characters and says that it was cut")
    func cut() {
        #expect(MessageText.cut("abc", to: 3) == "abc" && MessageText.cut("abcd", to: 3) == "ab…")
        let family = String(repeating: "👨‍👩‍👧", count: 10)
        #expect(MessageText.cut(family, to: 12) == "👨‍👩‍👧👨‍👩‍👧…")
    }
}

@Suite("Evidence pictures")
struct EvidencePictureTests {
    @Test("are scaled down with their boxes in the right place")
    func scaled() async throws {
        let jpeg = try PictureEncoder.jpeg(PixelBuffer(width: 2560, height: 1440, filledWith: .padding))
        var seen = Observation.sample(camera: CameraID(), at: Date(timeIntervalSince1970: 1_790_000_000))
        seen.width = 2560
        seen.height = 1440
        seen.faces = [
            Face(
                box: Box(x: 1000, y: 600, width: 400, height: 400), score: 1, mask: .without, maskScore: 0.9,
                maskScores: [:])
        ]
        let picture = try PictureDecoder().decode(try await EvidencePicture.make(jpeg, seen))
        #expect(picture.width == 1280 && picture.height == 720)
        let (edge, middle, outside) = (picture[600, 499], picture[600, 400], picture[900, 400])
        #expect(edge.red > 150 && edge.green < 110, "the lower edge is red: \(edge)")
        #expect(abs(Int(middle.red) - 114) < 12 && abs(Int(outside.red) - 114) < 12)
    }

    @Test("what is no picture is an error")
    func noPicture() async {
        let seen = Observation.sample(camera: CameraID(), at: Date())
        await #expect(throws: PictureError.self) { try await EvidencePicture.make(Data("x".utf8), seen) }
    }
}
