import Domain
import Foundation
import HTTPTypes
import Imaging
import MailClient
import Notifications
import NotificationsSMTP
import TestSupport
import Testing

@Suite(
    "E-mail", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: MailSink.missing == nil, "python3-aiosmtpd is not installed (scripts/setup test)"))
struct EmailChannelTests {
    private func channel(
        _ port: Int, host: String = "127.0.0.1", security: String = "none", password: String? = nil,
        to recipients: String = "desk@example.org, boss@example.org"
    ) -> Channel {
        var settings = ChannelSettings(values: [
            "host": .text(host), "port": .number(port), "security": .text(security),
            "from": .text("masks@example.org"), "to": .text(recipients),
        ])
        if let password {
            settings.values["username"] = .text("masks")
            settings.secrets["password"] = Secret(password)
        }
        return Channel(name: "mail", kind: .email, settings: settings)
    }

    private func deliver(
        _ alert: Alert = .sample(), to channel: Channel, trusting certificate: String? = nil,
        policy: AddressPolicy = AddressPolicy(), timeout: Duration = .seconds(20)
    ) async -> DeliveryResult {
        var settings = MailSession.Settings()
        settings.certificateAuthorities = certificate
        settings.policy = policy
        settings.timeout = timeout
        return await EmailChannel(session: MailSession(settings: settings)).deliver(alert, to: channel)
    }

    @Test("arrives at everyone, as text and as HTML with the picture inside")
    func arrives() async throws {
        let sink = try await MailSink("none")
        #expect(await deliver(to: channel(sink.port)) == .delivered)
        let mail = try #require(try await sink.firstMail())
        #expect(mail.from == "masks@example.org" && mail.to == ["desk@example.org", "boss@example.org"])
        #expect(!mail.is_encrypted)
        let read = ReadMail(mail.text)
        #expect(read.decoded("subject") == "🔴 Incident: <Tür> & \"Hof\"")
        #expect(read.headers["auto-submitted"] == "auto-generated" && read.headers["mime-version"] == "1.0")
        let text = String(decoding: read.parts["text/plain"]?.body ?? Data(), as: UTF8.self)
        #expect(text.contains("人脸 <2>") && text.contains("https://masks.example.org/#/incidents/1"))
        let html = String(decoding: read.parts["text/html"]?.body ?? Data(), as: UTF8.self)
        #expect(html.contains("人脸 &lt;2&gt;") && html.contains("cid:evidence@maskwatch") && !html.contains("<Tür>"))
        let picture = try #require(read.parts["image/jpeg"])
        #expect(picture.body == Alert.sample().picture && picture.headers["content-id"] == "<evidence@maskwatch>")
        #expect(read.parts["multipart/alternative"] != nil && read.parts["multipart/related"] != nil)
        let lines = mail.text.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 998 && !$0.contains("\n") && !$0.contains("\r") })
    }

    @Test("the mails of an incident are one thread")
    func thread() async throws {
        let sink = try await MailSink("none")
        let incident = Incident.sample()
        for event in [IncidentEvent.opened, .updated, .closed] {
            let alert = Alert(
                id: NotificationID(), event: event, incident: incident, cameraName: "door",
                createdAt: incident.openedAt,
                link: nil, text: MessageText(title: event.rawValue, body: "b", openIncident: "o"))
            #expect(await deliver(alert, to: channel(sink.port)) == .delivered)
        }
        #expect(await eventually { sink.mails.count == 3 })
        let mails = sink.mails.map { ReadMail($0.text) }
        let root = try #require(mails[0].headers["message-id"])
        #expect(root == "<incident-\(incident.id)@example.org>" && mails[0].headers["references"] == nil)
        #expect(mails.dropFirst().allSatisfy { $0.headers["references"] == root && $0.headers["in-reply-to"] == root })
        #expect(Set(mails.map { $0.headers["message-id"] }).count == 3)
    }

    @Test("a report arrives with its figures and charts, in every language", arguments: Channel.Language.allCases)
    func report(_ language: Channel.Language) async throws {
        let sink = try await MailSink("none")
        var channel = channel(sink.port)
        channel.language = language
        let report = Report.sample()
        let notification = ChannelNotification(
            channelID: channel.id, event: .report, incident: nil, report: report.period, createdAt: report.period.end)
        let message = try MessageComposer(timeZone: .gmt, publicURL: "https://masks.example.org")
            .report(report, notification, siteName: "Tür & <Tor>", channel: channel)
        let email = EmailChannel(session: MailSession(settings: MailSession.Settings()))
        #expect(await email.deliver(message, to: channel) == .delivered)
        let mail = try #require(try await sink.firstMail())
        let read = ReadMail(mail.text)
        #expect(read.decoded("subject") == message.title && message.title.contains("Tür & <Tor>"))
        let html = String(decoding: read.parts["text/html"]?.body ?? Data(), as: UTF8.self)
        let text = String(decoding: read.parts["text/plain"]?.body ?? Data(), as: UTF8.self)
        #expect(html.contains("Tür &amp; &lt;Tor&gt;") && !html.contains("<Tor>"))
        for row in message.rows {
            #expect(!row.name.isEmpty && text.contains("\(row.name): \(row.now) (\(row.before))"))
        }
        for chart in ["chart1", "chart2"] {
            #expect(html.contains("cid:\(chart)@maskwatch") && mail.text.contains("Content-ID: <\(chart)@maskwatch>"))
        }
        let picture = try #require(read.parts["image/png"])
        #expect(try PictureDecoder().size(of: picture.body) == PictureSize(width: 1200, height: 400))
    }

    @Test("no value can begin a header or a recipient of its own")
    func injection() async throws {
        let sink = try await MailSink("none")
        let evil = "a\r\nBcc: evil@example.org\r\n\r\n<script>"
        let result = await deliver(
            .sample(title: evil, body: evil + "\r\n.\r\nMAIL FROM:<x@y>", picture: nil),
            to: channel(sink.port, to: "desk@example.org>\r\nRCPT TO:<evil@example.org"))
        guard case .delivered = result else {
            // The server may refuse such a name: it must only not have been two.
            #expect(sink.mails.allSatisfy { $0.to.count == 1 })
            return
        }
        let mail = try #require(try await sink.firstMail())
        #expect(mail.to.count == 1 && mail.to[0] != "evil@example.org")
        #expect(ReadMail(mail.text).headers["bcc"] == nil)
    }

    @Test("STARTTLS and TLS encrypt, check the certificate and sign in", arguments: ["starttls", "tls"])
    func encrypted(_ mode: String) async throws {
        let sink = try await MailSink(mode)
        let right = channel(sink.port, host: "localhost", security: mode, password: "s3cret!")
        #expect(await deliver(to: right, trusting: sink.certificate) == .delivered)
        let mail = try #require(try await sink.firstMail())
        #expect(mail.is_encrypted && mail.user == "masks")

        let untrusted = await deliver(to: right)
        guard case .retry(let reason, _) = untrusted, reason.contains("TLS") else {
            return #expect(Bool(false), "\(untrusted)")
        }
        let wrong = channel(sink.port, host: "localhost", security: mode, password: "CANARY")
        #expect(
            await deliver(to: wrong, trusting: sink.certificate)
                == .retry(reason: "the mail server refused user name and password", after: nil))
    }

    @Test("a server without STARTTLS gets nothing, least of all the password")
    func downgrade() async throws {
        let sink = try await MailSink("none")
        let result = await deliver(to: channel(sink.port, security: "starttls", password: "CANARY"))
        #expect(result == .retry(reason: "the mail server does not offer STARTTLS", after: nil))
        #expect(sink.mails.isEmpty)
    }

    @Test("N1: no for now is tried again, no for good is not, and both say why")
    func refusals() async throws {
        let sink = try await MailSink("none")
        let later = await deliver(to: channel(sink.port, to: "busy@example.org"))
        guard case .retry(let reason, _) = later, reason.contains("451") else {
            return #expect(Bool(false), "\(later)")
        }
        let never = await deliver(to: channel(sink.port, to: "nobody@example.org"))
        guard case .failed(let words) = never, words.contains("There is no nobody here") else {
            return #expect(Bool(false), "\(never)")
        }
    }

    @Test("N1: a server that is not there, resets or keeps silent is tried again")
    func broken() async throws {
        let absent = await deliver(to: channel(1))
        #expect(absent == .retry(reason: "no connection to the mail server could be made", after: nil))
        let listener = try LoopbackListener()
        Thread { while let socket = try? listener.accept() { socket.resetOnClose() } }.start()
        let reset = await deliver(to: channel(listener.port))
        listener.stop()
        guard case .retry = reset else { return #expect(Bool(false), "\(reset)") }
        let silent = try ScriptedServer { connection in _ = try connection.read() }
        #expect(
            await deliver(to: channel(silent.port), timeout: .milliseconds(400))
                == .retry(reason: "the mail server did not answer in time", after: nil))
    }

    @Test("B4: no mail goes to where the policy forbids")
    func policy() async throws {
        let sink = try await MailSink("none")
        var policy = AddressPolicy()
        policy.allowsLoopback = false
        guard case .failed = await deliver(to: channel(sink.port, host: "localhost"), policy: policy) else {
            return #expect(Bool(false), "it was tried")
        }
        #expect(sink.mails.isEmpty)
    }
}
