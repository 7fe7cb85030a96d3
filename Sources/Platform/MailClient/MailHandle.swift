import CCurl
import Foundation
import HTTPTypes

/// Owns a curl handle for one mail. Used by one thread.
@safe final class MailHandle {
    private let handle: UnsafeMutableRawPointer
    private var recipients: UnsafeMutablePointer<curl_slist>?

    init() throws(MailError) {
        guard let handle = unsafe curl_easy_init() else {
            throw MailError(.failed, "the mail client could not be made")
        }
        unsafe self.handle = unsafe handle
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(recipients)
    }

    /// Blocks until the server has answered.
    func perform(
        _ envelope: MailEnvelope, _ server: MailServer, _ settings: MailSession.Settings, _ transfer: MailTransfer
    ) throws(MailError) {
        try MailError.check(configure(envelope, server, settings), transfer)
        for recipient in envelope.recipients {
            guard let longer = unsafe curl_slist_append(recipients, "<\(recipient)>") else {
                throw MailError(.failed, "there is not enough memory for the recipients")
            }
            unsafe recipients = unsafe longer
        }
        var callbacks = unsafe Self.callbacks(for: transfer)
        let code = unsafe envelope.content.withUnsafeBytes { content in
            var source = unsafe maskwatch_curl_source(
                bytes: content.baseAddress, count: content.count, position: 0)
            return unsafe withUnsafeMutablePointer(to: &source) { source in
                unsafe withUnsafePointer(to: &callbacks) { callbacks in
                    unsafe maskwatch_curl_set_callbacks(handle, callbacks)
                    let code = unsafe maskwatch_curl_set_mail(handle, source, recipients)
                    return unsafe code == CURLE_OK ? curl_easy_perform(handle) : code
                }
            }
        }
        try MailError.check(code, transfer)
    }

    private func configure(
        _ envelope: MailEnvelope, _ server: MailServer, _ settings: MailSession.Settings
    ) -> CURLcode {
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        let scheme = server.security == .tls ? "smtps" : "smtp"
        var texts: [(CURLoption, String)] = [
            // The path is the name given in EHLO.
            (CURLOPT_URL, "\(scheme)://\(host):\(server.port)/maskwatch"), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            // An empty text, unlike none, keeps curl from reading the environment.
            (CURLOPT_PROXY, ""), (CURLOPT_MAIL_FROM, "<\(envelope.sender)>"),
        ]
        if let username = server.username, !username.isEmpty {
            texts.append((CURLOPT_USERNAME, username))
            texts.append((CURLOPT_PASSWORD, server.password ?? ""))
        }
        if let file = settings.certificateAuthorities { texts.append((CURLOPT_CAINFO, file)) }
        let limit = max(1, Int(settings.timeout / .milliseconds(1)))
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_TIMEOUT_MS, limit), (CURLOPT_CONNECTTIMEOUT_MS, min(limit, 15_000)),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_USE_SSL, Int(server.security == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue)),
        ]
        let results =
            texts.map { unsafe maskwatch_curl_set_text(handle, $0.0, $0.1) }
            + numbers.map { unsafe maskwatch_curl_set_long(handle, $0.0, $0.1) }
        return results.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    /// The transfer outlives the callbacks: `perform` holds it.
    private static func callbacks(for transfer: MailTransfer) -> maskwatch_curl_callbacks {
        unsafe maskwatch_curl_callbacks(
            context: Unmanaged.passUnretained(transfer).toOpaque(),
            header: { bytes, size, count, context in
                if let bytes = unsafe bytes {
                    unsafe transferOf(context)?.receive(unsafe Data(bytes: bytes, count: size * count))
                }
                return size * count
            },
            body: { _, size, count, _ in size * count },
            progress: { context, _, _, _, _ in unsafe transferOf(context)?.isWanted == true ? 0 : 1 },
            permits: { context, address in
                let numeric = unsafe address.flatMap { unsafe IPAddress(socketAddress: $0) }
                return unsafe transferOf(context)?.permits(numeric) == true ? 1 : 0
            })
    }
}

private func transferOf(_ context: UnsafeMutableRawPointer?) -> MailTransfer? {
    unsafe context.map { unsafe Unmanaged<MailTransfer>.fromOpaque($0).takeUnretainedValue() }
}
