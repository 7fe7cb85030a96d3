import Domain
import Foundation
import HTTPClient
import HTTPServer
import HTTPTypes
import Logging
import Notifications
import NotificationsHTTP
import Synchronization
import TestSupport
import Testing

/// One service behind HTTP as the tests use it.
struct HTTPService: Sendable, CustomTestStringConvertible {
    let kind: Channel.Kind
    let settings: @Sendable (_ server: String) -> ChannelSettings
    let channel: @Sendable (HTTPDelivery) -> any NotificationChannel
    /// What the service answers to a message it takes.
    let yes: String

    var testDescription: String { kind.rawValue }

    static let token = "123456:CANARY-abcdefghijklmnopqrstuvwxyz"

    static let all: [HTTPService] = [
        HTTPService(
            kind: .webhook,
            settings: { ChannelSettings(values: ["address": .text($0 + "/hook")], secrets: webhookSecret) },
            channel: { WebhookChannel($0) }, yes: ""),
        HTTPService(
            kind: .telegram,
            settings: {
                ChannelSettings(
                    values: ["chat_id": .text("-100123"), "topic_id": .number(7), "server": .text($0)],
                    secrets: ["bot_token": Secret(token)])
            }, channel: { TelegramChannel($0) }, yes: #"{"ok":true,"result":{}}"#),
        HTTPService(
            kind: .slack,
            settings: { ChannelSettings(secrets: ["address": Secret("\($0)/services/\(token)")]) },
            channel: { SlackChannel($0) }, yes: "ok"),
        HTTPService(
            kind: .teams, settings: { ChannelSettings(secrets: ["address": Secret("\($0)/workflows/\(token)")]) },
            channel: { TeamsChannel($0) }, yes: ""),
        HTTPService(
            kind: .discord, settings: { ChannelSettings(secrets: ["address": Secret("\($0)/api/webhooks/\(token)")]) },
            channel: { DiscordChannel($0) }, yes: ""),
        HTTPService(
            kind: .ntfy,
            settings: {
                ChannelSettings(
                    values: ["server": .text($0), "topic": .text("shop")], secrets: ["token": Secret(token)])
            }, channel: { NtfyChannel($0) }, yes: "{}"),
        HTTPService(
            kind: .gotify,
            settings: { ChannelSettings(values: ["server": .text($0 + "/")], secrets: ["token": Secret(token)]) },
            channel: { GotifyChannel($0) }, yes: "{}"),
    ]

    private static let webhookSecret = ["secret": Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]

    static func service(_ kind: Channel.Kind) -> HTTPService {
        guard let service = all.first(where: { $0.kind == kind }) else { preconditionFailure("\(kind) is in the list") }
        return service
    }

    /// One attempt.
    func deliver(
        to server: String, _ alert: Alert = Alert.sample(), session: HTTPSession = HTTPSession(),
        timeout: Duration = .seconds(20), now: Date = Date(), adding extra: ChannelSettings = ChannelSettings()
    ) async -> DeliveryResult {
        var settings = settings(server)
        settings.values.merge(extra.values) { $1 }
        settings.secrets.merge(extra.secrets) { $1 }
        let channel = Channel(name: "desk", kind: kind, settings: settings)
        return await self.channel(HTTPDelivery(session: session, timeout: timeout, now: { now }))
            .deliver(alert, to: channel)
    }
}

/// A server that keeps every request and answers as told.
final class RecordingServer: Sendable {
    typealias Answer = @Sendable (HTTPRequest) async -> HTTPResponse

    let listener: HTTPListener

    init(_ answer: @escaping Answer) {
        let log = Shared<[HTTPRequest]>([])
        received = log
        listener = HTTPListener(options: HTTPListenerOptions(), logger: .silent) { request in
            log.value.withLock { $0.append(request) }
            return await answer(request)
        }
    }

    private let received: Shared<[HTTPRequest]>
    var requests: [HTTPRequest] { received.value.withLock { $0 } }

    /// Runs the server meanwhile.
    func whileServing<Value: Sendable>(_ body: (_ address: String) async throws -> Value) async throws -> Value {
        try await whileRunning(listener) {
            let port = try await listener.boundPort()
            return try await body("http://127.0.0.1:\(port)")
        }
    }
}

final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}

/// The parts of a `multipart/form-data` body (RFC 7578), read strictly.
struct MultipartReader {
    struct Part {
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private(set) var parts: [String: Part] = [:]

    init?(_ request: HTTPRequest) {
        guard let type = request.headers["Content-Type"], type.hasPrefix("multipart/form-data; boundary=") else {
            return nil
        }
        let boundary = Data("--\(type.dropFirst("multipart/form-data; boundary=".count))".utf8)
        let body = request.body
        var position = body.startIndex
        while let start = body.range(of: boundary + Data("\r\n".utf8), in: position..<body.endIndex) {
            guard let end = body.range(of: Data("\r\n".utf8) + boundary, in: start.upperBound..<body.endIndex),
                let blank = body.range(of: Data("\r\n\r\n".utf8), in: start.upperBound..<end.lowerBound)
            else { return nil }
            let lines = String(decoding: body[start.upperBound..<blank.lowerBound], as: UTF8.self).components(
                separatedBy: "\r\n")
            let headers = Dictionary(
                uniqueKeysWithValues: lines.compactMap { line -> (String, String)? in
                    let parts = line.components(separatedBy: ": ")
                    return parts.count == 2 ? (parts[0].lowercased(), parts[1]) : nil
                })
            let name = headers["content-disposition"]?.firstMatch(of: #/ name="([^"]+)"/#).map { String($0.1) } ?? ""
            parts[name] = Part(headers: headers, body: Data(body[blank.upperBound..<end.lowerBound]))
            position = end.lowerBound
        }
        guard body.suffix(boundary.count + 4) == boundary + Data("--\r\n".utf8) else { return nil }
    }

    subscript(name: String) -> String? { parts[name]?.text }
}
