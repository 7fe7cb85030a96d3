import CCurl
import Foundation
import HTTPTypes

/// Owns a curl handle with its open connections. Used by one thread at a time.
@safe final class EasyHandle: @unchecked Sendable {
    // Sendable because HTTPSession gives it to one request at a time.
    private let handle: UnsafeMutableRawPointer

    init() throws(HTTPClientError) {
        guard let handle = unsafe curl_easy_init() else {
            throw HTTPClientError(.connectFailed, "the HTTP client could not be made")
        }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe curl_easy_cleanup(handle) }

    /// Blocks until the answer is complete.
    func perform(_ transfer: Transfer, _ settings: HTTPSession.Settings) throws(HTTPClientError) -> ClientResponse {
        defer { unsafe curl_easy_reset(handle) }
        try check(configure(transfer, settings), transfer)
        let headers = try HeaderList(transfer.request, userAgent: settings.userAgent)
        try check(unsafe maskwatch_curl_set_headers(handle, headers.head), transfer)
        var callbacks = unsafe Self.callbacks(for: transfer)
        let code = unsafe transfer.request.body.withUnsafeBytes { body in
            if transfer.request.sendsBody { _ = unsafe maskwatch_curl_set_body(handle, body.baseAddress) }
            return unsafe withUnsafePointer(to: &callbacks) { callbacks in
                unsafe maskwatch_curl_set_callbacks(handle, callbacks)
                return unsafe curl_easy_perform(handle)
            }
        }
        try check(code, transfer)
        return transfer.response(status: unsafe maskwatch_curl_status(handle))
    }

    private func check(_ code: CURLcode, _ transfer: Transfer) throws(HTTPClientError) {
        try HTTPClientError.check(code, transfer)
    }

    private func configure(_ transfer: Transfer, _ settings: HTTPSession.Settings) -> CURLcode {
        let request = transfer.request
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, request.address), (CURLOPT_PROTOCOLS_STR, "http,https"),
            // An empty text, unlike none, keeps curl from reading the environment.
            (CURLOPT_PROXY, settings.proxy ?? ""), (CURLOPT_NOPROXY, ""),
        ]
        if let file = settings.certificateAuthorities { texts.append((CURLOPT_CAINFO, file)) }
        var numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_TIMEOUT_MS, request.timeout.milliseconds),
            (CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
        ]
        switch request.method {
        case .get: break
        case .head: numbers.append((CURLOPT_NOBODY, 1))
        default: texts.append((CURLOPT_CUSTOMREQUEST, request.method.rawValue))
        }
        let results =
            texts.map { unsafe maskwatch_curl_set_text(handle, $0.0, $0.1) }
            + numbers.map { unsafe maskwatch_curl_set_long(handle, $0.0, $0.1) }
            + [setBodySize(request)]
        return results.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func setBodySize(_ request: ClientRequest) -> CURLcode {
        guard request.sendsBody else { return CURLE_OK }
        return unsafe maskwatch_curl_set_size(
            handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
    }

    /// The transfer outlives the callbacks: `perform` holds it.
    private static func callbacks(for transfer: Transfer) -> maskwatch_curl_callbacks {
        unsafe maskwatch_curl_callbacks(
            context: Unmanaged.passUnretained(transfer).toOpaque(),
            header: { bytes, size, count, context in
                guard let bytes = unsafe bytes, let transfer = unsafe transferOf(context) else { return 0 }
                return transfer.receiveHeader(unsafe Data(bytes: bytes, count: size * count)) ? size * count : 0
            },
            body: { bytes, size, count, context in
                guard let bytes = unsafe bytes, let transfer = unsafe transferOf(context) else { return 0 }
                return transfer.receiveBody(unsafe Data(bytes: bytes, count: size * count)) ? size * count : 0
            },
            progress: { context, _, _, _, _ in unsafe transferOf(context)?.isWanted == true ? 0 : 1 },
            permits: { context, address in
                unsafe transferOf(context)?.permits(address.flatMap { unsafe IPAddress(socketAddress: $0) }) == true
                    ? 1 : 0
            })
    }
}

extension ClientRequest {
    /// A method other than GET and HEAD says how long its body is even if it has none.
    var sendsBody: Bool { method != .get && method != .head || !body.isEmpty }
}

extension Duration {
    /// At least 1: curl takes 0 for no limit.
    fileprivate var milliseconds: Int { max(1, Int(self / .milliseconds(1))) }
}

private func transferOf(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

/// Owns the header lines in the form of curl.
@safe private final class HeaderList {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    init(_ request: ClientRequest, userAgent: String) throws(HTTPClientError) {
        var headers = request.headers
        if headers["User-Agent"] == nil { headers["User-Agent"] = userAgent }
        // An empty value removes a header that curl would add by itself.
        if headers["Expect"] == nil { try append("Expect:") }
        if headers["Content-Type"] == nil { try append("Content-Type:") }
        for field in headers.fields {
            try append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
    }

    deinit { unsafe curl_slist_free_all(head) }

    private func append(_ line: String) throws(HTTPClientError) {
        guard let longer = unsafe curl_slist_append(head, line) else {
            throw HTTPClientError(.connectFailed, "there is not enough memory for the headers")
        }
        unsafe head = unsafe longer
    }
}
