import Domain
package import Foundation
package import HTTPClient
import HTTPTypes
import Notifications

/// What all services behind HTTP have in common: 2xx is success, 410 means gone, a redirect is a mistake in the address,
/// 429 and the like pass, and the wait that is asked for is kept.
package struct HTTPDelivery: Sendable {
    private let session: HTTPSession
    private let timeout: Duration
    let now: @Sendable () -> Date

    /// - Parameter session: its address policy decides where messages may go.
    package init(
        session: HTTPSession, timeout: Duration = .seconds(20), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.session = session
        self.timeout = timeout
        self.now = now
    }

    /// What a service says in its own words beside the status.
    struct Words {
        /// For the person who looks why nothing arrives.
        var explanation: String?
        /// Seconds, where the body says it and the head does not.
        var retryAfter: Double?
        /// Whether the answer means no although its status means yes.
        var isRefusal = false
        /// Whether the receiver is gone for good although its status is not 410.
        var isGone = false
    }

    /// - Parameter words: reads the body of the answer.
    func send(
        _ request: ClientRequest, for channel: Channel, words: (ClientResponse) -> Words = { _ in Words() }
    ) async -> DeliveryResult {
        switch await answer(to: request, for: channel) {
        case .failure(let ended): ended.result
        case .success(let response): result(of: response, words(response), channel)
        }
    }

    /// Why there is nothing to go on with.
    struct Ended: Error { let result: DeliveryResult }

    /// The answer if it is 2xx, for services that take several requests a message.
    func answer(to request: ClientRequest, for channel: Channel) async -> Result<ClientResponse, Ended> {
        var request = request
        request.timeout = timeout
        request.connectTimeout = min(timeout, .seconds(10))
        request.maximumBody = 256 << 10
        do { return .success(try await session.send(request)) } catch let error as HTTPClientError {
            return .failure(Ended(result: Self.result(of: error)))
        } catch { return .failure(Ended(result: .failed(reason: channel.settings.redacted("\(error)")))) }
    }

    /// A client error of a complete message stays one; everything else may pass, at the latest when somebody corrects the
    /// channel.
    func result(of response: ClientResponse, _ words: Words, _ channel: Channel) -> DeliveryResult {
        let status = response.status
        let said = words.explanation.map { ": \(MessageText.cut($0, to: 200))" } ?? ""
        let reason = channel.settings.redacted("the receiver answered \(status.rawValue) \(status.reason)\(said)")
        if status.isSuccess { return words.isRefusal ? .failed(reason: reason) : .delivered }
        if status == .gone || words.isGone { return .gone(reason: reason) }
        if status.isRedirect { return .failed(reason: reason + "; enter the address it redirects to") }
        if status == .contentTooLarge { return .failed(reason: reason) }
        let wait = response.retryAfter(now: now()) ?? words.retryAfter.map { .seconds(max(0, min($0, 1e6))) }
        return .retry(reason: reason, after: wait)
    }

    private static func result(of error: HTTPClientError) -> DeliveryResult {
        switch error.code {
        case .addressInvalid, .addressNotAllowed: .failed(reason: error.description)
        default: .retry(reason: error.description, after: nil)
        }
    }
}

extension ClientRequest {
    /// A POST of JSON.
    static func json(_ address: String, _ body: some Encodable, headers: HTTPHeaders = HTTPHeaders()) throws
        -> ClientRequest
    {
        // Not the JSON of the domain: services name their fields themselves.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var headers = headers
        headers["Content-Type"] = "application/json"
        return ClientRequest(.post, address, headers: headers, body: try encoder.encode(body))
    }

    static func form(_ address: String, _ form: MultipartForm) -> ClientRequest {
        ClientRequest(.post, address, headers: ["Content-Type": form.contentType], body: form.body)
    }
}

extension ClientResponse {
    /// Nil if the body is something else.
    func decoded<Value: Decodable>(_ type: Value.Type) -> Value? { try? JSONDecoder().decode(type, from: body) }
}

/// Joins a path to an address that may or may not end with a slash.
func joined(_ server: String, _ path: String) -> String {
    (server.hasSuffix("/") ? String(server.dropLast()) : server) + path
}
