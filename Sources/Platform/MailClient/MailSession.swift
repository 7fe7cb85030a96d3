import CCurl
package import Foundation
package import HTTPTypes
import ServiceLifecycle
import Synchronization

/// Where mail is handed over.
package struct MailServer: Sendable {
    package enum Security: String, Sendable {
        /// Encrypted after the greeting, or not at all sent.
        case startTLS = "starttls"
        /// Encrypted from the first byte.
        case tls
        case none
    }

    package var host: String
    package var port: Int
    package var security: Security
    /// Nil to sign in as nobody.
    package var username: String?
    package var password: String?

    package init(host: String, port: Int, security: Security, username: String? = nil, password: String? = nil) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
    }
}

/// One mail, as it travels: who sends it, who gets it, and the whole message (RFC 5322) with CRLF line ends.
package struct MailEnvelope: Sendable {
    package let sender: String
    package let recipients: [String]
    package let content: Data

    package init(sender: String, recipients: [String], content: Data) {
        self.sender = sender
        self.recipients = recipients
        self.content = content
    }
}

/// Hands mail over by SMTP (libcurl), each on a thread of its own.
package final class MailSession: Sendable {
    package struct Settings: Sendable {
        /// Asked for every address a connection would be opened to, after the name was resolved.
        package var policy = AddressPolicy()
        /// A file of PEM certificates to trust instead of the system's.
        package var certificateAuthorities: String?
        /// For everything together.
        package var timeout = Duration.seconds(60)

        package init() {}
    }

    private let settings: Settings
    private let pool = BlockingPool(label: "mail.client", width: 4)

    package init(settings: Settings = Settings()) {
        // libcurl leaves SIGPIPE to the process when it runs on many threads.
        signal(SIGPIPE, SIG_IGN)
        _ = Self.isReady
        self.settings = settings
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// Returns once the server has taken the mail for every recipient.
    /// - Throws: `MailError`.
    @concurrent
    package func send(_ envelope: MailEnvelope, through server: MailServer) async throws {
        let transfer = MailTransfer(policy: settings.policy)
        try await withTaskCancellationHandler {
            try await pool.run { [settings] in
                try MailHandle().perform(envelope, server, settings, transfer)
            }
        } onCancel: {
            transfer.cancel()
        }
    }
}

/// One mail on its way, as the callbacks see it.
final class MailTransfer: Sendable {
    private struct State {
        var lastReply = ""
        var refusal: MailError?
        var isCancelled = false
    }

    private let policy: AddressPolicy
    private let state = Mutex(State())

    init(policy: AddressPolicy) { self.policy = policy }

    /// The last refusal of the server, without control characters; empty if it refused nothing. What it says of our leaving
    /// afterwards does not count.
    var lastReply: String { state.withLock { $0.lastReply } }
    /// Why we, not curl, ended it.
    var refusal: MailError? { state.withLock { $0.refusal } }

    func cancel() { state.withLock { $0.isCancelled = true } }

    func receive(_ line: Data) {
        guard line.first == UInt8(ascii: "4") || line.first == UInt8(ascii: "5") else { return }
        let text = String(decoding: line.prefix(300), as: UTF8.self)
        let plain = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        state.withLock { $0.lastReply = String(String.UnicodeScalarView(plain)) }
    }

    var isWanted: Bool {
        state.withLock { state in
            if state.isCancelled { state.refusal = MailError(.cancelled, "the mail was cancelled") }
            return !state.isCancelled
        }
    }

    func permits(_ address: IPAddress?) -> Bool {
        if let address, policy.permits(address) { return true }
        let refusal = MailError(.addressNotAllowed, "the mail server is in a network that may not be reached from here")
        state.withLock { $0.refusal = refusal }
        return false
    }
}
