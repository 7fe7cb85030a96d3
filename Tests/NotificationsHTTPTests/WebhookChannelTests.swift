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

@Suite("Webhook channel", .serialized, .timeLimit(.minutes(10)))
struct WebhookChannelTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test("signs as the published example of Standard Webhooks")
    func vector() throws {
        let signature = try #require(WebhookSignature(secret: Secret(Self.secret)))
        let text = signature.sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Data(#"{"test": 2432232314}"#.utf8))
        #expect(text == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("refuses what is no secret", arguments: ["", "whsec_", "whsec_!!", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8I"])
    func noSecret(_ text: String) {
        #expect(WebhookSignature(secret: Secret(text)) == nil)
    }

    @Test("sends a signed message the receiver can check")
    func message() async throws {
        let received = Mutex<HTTPRequest?>(nil)
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        let result = try await delivery(now: now) { request in
            received.withLock { $0 = request }
            return HTTPResponse(.noContent)
        }
        #expect(result == .delivered)
        let request = try #require(received.withLock { $0 })
        #expect(request.method == .post && request.headers["Content-Type"] == "application/json")
        #expect(request.headers["webhook-timestamp"] == "1790000000")
        let id = try #require(request.headers["webhook-id"])
        let signature = try #require(WebhookSignature(secret: Secret(Self.secret)))
        #expect(
            request.headers["webhook-signature"]
                == signature.sign(id: id, timestamp: 1_790_000_000, body: request.body))
        let object = try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
        #expect(object["type"] as? String == "incident.opened")
        let data = try #require(object["data"] as? [String: Any])
        #expect((data["camera"] as? [String: Any])?["name"] as? String == "door")
        #expect(request.body.count < 20_000)
    }

    @Test(
        "never speaks to where its policy forbids, in whatever notation",
        arguments: ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"])
    func policy(_ host: String) async throws {
        let seen = Mutex(0)
        let listener = HTTPListener(options: .init(address: "::"), logger: .silent) { _ in
            seen.withLock { $0 += 1 }
            return HTTPResponse(.ok)
        }
        try await whileRunning(listener) {
            var settings = HTTPSession.Settings()
            settings.policy.allowsLoopback = false
            let port = try await listener.boundPort()
            let result = await deliver(to: "http://\(host):\(port)/hook", HTTPSession(settings: settings))
            guard case .failed = result else { return #expect(Bool(false), "\(result)") }
        }
        #expect(seen.withLock { $0 } == 0)
    }

    @Test(
        "refuses addresses that are not http", arguments: ["file:///etc/passwd", "ftp://a/", "gopher://a", "a b", ""])
    func schemes(_ address: String) async {
        guard case .failed = await deliver(to: address, HTTPSession()) else {
            return #expect(Bool(false), "it was tried")
        }
    }

    private func delivery(
        timeout: Duration = .seconds(15), now: Date = Date(), handler: @escaping HTTPListener.Handler
    ) async throws -> DeliveryResult {
        let listener = HTTPListener(options: HTTPListenerOptions(), logger: .silent, handler: handler)
        return try await whileRunning(listener) {
            let port = try await listener.boundPort()
            return await deliver(to: "http://127.0.0.1:\(port)/hook", HTTPSession(), timeout: timeout, now: now)
        }
    }

    private func deliver(
        to address: String, _ session: HTTPSession, timeout: Duration = .seconds(15), now: Date = Date()
    ) async -> DeliveryResult {
        let channel = Channel.webhook(address: address, secret: Self.secret)
        return await WebhookChannel(HTTPDelivery(session: session, timeout: timeout, now: { now }))
            .deliver(.sample(), to: channel)
    }
}
