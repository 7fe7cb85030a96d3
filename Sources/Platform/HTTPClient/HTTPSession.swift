import CCurl
import Foundation
package import HTTPTypes
import ServiceLifecycle
import Synchronization

/// Sends requests to other servers (libcurl), each on a thread of its own. Connections are kept and used again.
/// Redirects are not followed, nothing is taken from the environment, TLS certificates are checked.
package final class HTTPSession: Sendable {
    private let settings: Settings
    private let pool: BlockingPool
    private let handles = Mutex<[EasyHandle]>([])

    package struct Settings: Sendable {
        /// Asked for every address a connection would be opened to, after the name was resolved.
        package var policy = AddressPolicy()
        /// A file of PEM certificates to trust instead of the system's.
        package var certificateAuthorities: String?
        /// Nil for none. The policy then decides about the proxy's address, the proxy about the rest.
        package var proxy: String?
        /// Requests at a time; more wait.
        package var concurrency = 16
        package var userAgent = "Maskwatch"

        package init() {}
    }

    package init(settings: Settings = Settings()) {
        // libcurl leaves SIGPIPE to the process when it runs on many threads.
        signal(SIGPIPE, SIG_IGN)
        _ = Self.isReady
        self.settings = settings
        pool = BlockingPool(label: "http.client", width: settings.concurrency)
    }

    /// Any status is an answer; errors are for what is none.
    /// - Throws: `HTTPClientError`
    @concurrent
    package func send(_ request: ClientRequest) async throws -> ClientResponse {
        try Self.check(request)
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await pool.run { try self.perform(request, cancellation) }
        } onCancel: {
            cancellation.cancel()
        }
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private static func check(_ request: ClientRequest) throws(HTTPClientError) {
        let address = request.address
        guard address.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), address.utf8.count <= 8192,
            address.lowercased().hasPrefix("http://") || address.lowercased().hasPrefix("https://")
        else { throw HTTPClientError(.addressInvalid, "the address is not a valid http or https address") }
    }

    private func perform(_ request: ClientRequest, _ cancellation: Cancellation) throws -> ClientResponse {
        let handle = try handles.withLock({ $0.popLast() }) ?? EasyHandle()
        defer { handles.withLock { $0.append(handle) } }
        let transfer = Transfer(request: request, policy: settings.policy, cancellation: cancellation)
        return try handle.perform(transfer, settings)
    }
}

/// Whether the task that waits for an answer was cancelled.
final class Cancellation: Sendable {
    private let flag = Mutex(false)

    var isCancelled: Bool { flag.withLock { $0 } }

    func cancel() { flag.withLock { $0 = true } }
}
