import CCurl

/// Why a mail was not taken.
package struct MailError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case addressNotAllowed, hostUnknown, connectFailed, timedOut, tlsFailed, signInRefused, connectionLost,
            cancelled
        /// The server said no for now (4yz).
        case refusedForNow
        /// The server said no for good (5yz).
        case refused
        case failed
    }

    package let code: Code
    /// A sentence, with what the server said; without the password.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The one place that translates what curl reports.
    static func check(_ code: CURLcode, _ transfer: MailTransfer) throws(MailError) {
        if code != CURLE_OK { throw transfer.refusal ?? translated(code, transfer.lastReply) }
    }

    private static func translated(_ code: CURLcode, _ reply: String) -> MailError {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: MailError(.hostUnknown, "the mail server's name is not known")
        case CURLE_COULDNT_CONNECT: MailError(.connectFailed, "no connection to the mail server could be made")
        case CURLE_OPERATION_TIMEDOUT: MailError(.timedOut, "the mail server did not answer in time")
        case CURLE_USE_SSL_FAILED: MailError(.tlsFailed, "the mail server does not offer STARTTLS")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
            MailError(.tlsFailed, "TLS with the mail server failed: \(text(code))")
        case CURLE_LOGIN_DENIED: MailError(.signInRefused, "the mail server refused user name and password")
        default: refused(code, reply)
        }
    }

    /// By the first digit of the reply (RFC 5321, section 4.2.1).
    private static func refused(_ code: CURLcode, _ reply: String) -> MailError {
        switch reply.first {
        case "4": MailError(.refusedForNow, "the mail server answered \(reply)")
        case "5": MailError(.refused, "the mail server answered \(reply)")
        default:
            code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING
                ? MailError(.connectionLost, "the connection to the mail server was lost")
                : MailError(.failed, "the mail could not be handed over: \(text(code))")
        }
    }

    private static func text(_ code: CURLcode) -> String { unsafe String(cString: curl_easy_strerror(code)) }
}
