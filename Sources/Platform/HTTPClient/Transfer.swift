import CCurl
import Foundation
import HTTPTypes

/// One request on its way and the answer as far as it has come. Used by one thread.
final class Transfer {
    let request: ClientRequest
    private let policy: AddressPolicy
    private let cancellation: Cancellation
    private var headers = HTTPHeaders()
    private var headBytes = 0
    private var body = Data()
    private var bodyBytes = 0
    /// Why we, not curl, ended it.
    private(set) var refusal: HTTPClientError?

    init(request: ClientRequest, policy: AddressPolicy, cancellation: Cancellation) {
        self.request = request
        self.policy = policy
        self.cancellation = cancellation
    }

    func response(status: Int) -> ClientResponse {
        ClientResponse(status: HTTPStatus(rawValue: status), headers: headers, body: body)
    }

    /// Each of these returns false to end the transfer.
    func receiveHeader(_ line: Data) -> Bool {
        headBytes += line.count
        guard headBytes <= request.maximumHead else {
            return refuse(.answerTooLarge, "the head of the answer is too large")
        }
        let text = String(decoding: line, as: UTF8.self)
        // A status line begins a head; one for 100 Continue may have come before.
        if text.hasPrefix("HTTP/") { headers = HTTPHeaders() }
        let parts = text.split(separator: ":", maxSplits: 1)
        if parts.count == 2 {
            headers.add(String(parts[0]), parts[1].trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return true
    }

    func receiveBody(_ bytes: Data) -> Bool {
        bodyBytes += bytes.count
        guard bodyBytes <= request.maximumBody else {
            return refuse(.answerTooLarge, "the answer is larger than \(request.maximumBody) bytes")
        }
        if !request.discardsBody { body += bytes }
        return true
    }

    var isWanted: Bool {
        !cancellation.isCancelled || refuse(.cancelled, "the request was cancelled")
    }

    func permits(_ address: IPAddress?) -> Bool {
        if let address, policy.permits(address) { return true }
        return refuse(.addressNotAllowed, "the address is in a network that may not be reached from here")
    }

    private func refuse(_ code: HTTPClientError.Code, _ description: String) -> Bool {
        refusal = HTTPClientError(code, description)
        return false
    }
}
