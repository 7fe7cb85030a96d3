import CCurl
import Foundation

/// Why there is no answer.
package struct HTTPClientError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case addressInvalid, addressNotAllowed, hostUnknown, connectFailed, timedOut, tlsFailed, answerTooLarge
        case answerInvalid, connectionLost, cancelled
    }

    package let code: Code
    /// A sentence without the address, which may hold secrets.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Whether the same request may succeed later.
    package var isRetriable: Bool {
        switch code {
        case .hostUnknown, .connectFailed, .timedOut, .connectionLost: true
        case .addressInvalid, .addressNotAllowed, .tlsFailed, .answerTooLarge, .answerInvalid, .cancelled: false
        }
    }

    /// The one place that translates what curl reports.
    static func check(_ code: CURLcode, _ transfer: Transfer) throws(HTTPClientError) {
        if code != CURLE_OK { throw transfer.refusal ?? translated(code) }
    }

    private static func translated(_ code: CURLcode) -> HTTPClientError {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            HTTPClientError(.addressInvalid, "the address is not a valid http or https address")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            HTTPClientError(.hostUnknown, "the host is not known; check its spelling and the DNS")
        case CURLE_COULDNT_CONNECT: HTTPClientError(.connectFailed, "no connection could be made")
        case CURLE_OPERATION_TIMEDOUT: HTTPClientError(.timedOut, "there was no answer in time")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            HTTPClientError(.tlsFailed, "TLS failed: \(text(code))")
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
            HTTPClientError(.connectionLost, "the connection was lost before the answer was complete")
        default: HTTPClientError(.answerInvalid, text(code))
        }
    }

    private static func text(_ code: CURLcode) -> String { unsafe String(cString: curl_easy_strerror(code)) }
}
