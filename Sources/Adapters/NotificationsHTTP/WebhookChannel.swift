package import Domain
package import Foundation
package import HTTPClient
import HTTPTypes
package import Notifications

/// A signed POST as Standard Webhooks says (standard-webhooks/standard-webhooks, spec/standard-webhooks.md). The
/// message keeps its `webhook-id` over all attempts, so that the receiver can tell repeats.
package struct WebhookChannel: NotificationChannel {
    private let session: HTTPSession
    private let timeout: Duration
    private let now: @Sendable () -> Date

    /// - Parameter session: its address policy decides where webhooks may go.
    package init(
        session: HTTPSession, timeout: Duration = .seconds(15), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.session = session
        self.timeout = timeout
        self.now = now
    }

    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        do {
            guard let request = try request(for: alert, to: channel) else {
                return .failed(reason: "the message would be larger than \(WebhookPayload.limit) bytes")
            }
            return Self.result(of: try await session.send(request), now: now())
        } catch let error as HTTPClientError {
            return Self.result(of: error)
        } catch { return .failed(reason: "\(error)") }
    }

    private func request(for alert: Alert, to channel: Channel) throws -> ClientRequest? {
        guard let signature = WebhookSignature(secret: channel.secret) else {
            throw HTTPClientError(.addressInvalid, "the channel's signing secret is not valid; make a new channel")
        }
        guard let body = try WebhookPayload(alert).encoded() else { return nil }
        let id = alert.id.description
        let timestamp = Int(now().timeIntervalSince1970)
        var request = ClientRequest(
            .post, channel.address,
            headers: [
                "Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": String(timestamp),
                "webhook-signature": signature.sign(id: id, timestamp: timestamp, body: body),
            ], body: body)
        request.timeout = timeout
        request.connectTimeout = min(timeout, .seconds(10))
        request.discardsBody = true
        return request
    }

    /// 2xx is success. A redirect will be one again until somebody corrects the address. Everything else may pass.
    private static func result(of response: ClientResponse, now: Date) -> DeliveryResult {
        let status = response.status
        let reason = "the receiver answered \(status.rawValue) \(status.reason)"
        if status.isSuccess { return .delivered }
        if status == .gone { return .gone(reason: reason) }
        if status.isRedirect { return .failed(reason: reason + "; enter the address it redirects to") }
        return .retry(reason: reason, after: response.retryAfter(now: now))
    }

    private static func result(of error: HTTPClientError) -> DeliveryResult {
        switch error.code {
        case .addressInvalid, .addressNotAllowed: .failed(reason: error.description)
        default: .retry(reason: error.description, after: nil)
        }
    }
}
