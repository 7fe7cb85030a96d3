import Domain
package import Foundation
import HTTPClient
import HTTPTypes
import Logging
import ObjectStorage
import ServiceLifecycle
import Synchronization

/// One request to the bucket.
struct S3Request: Sendable {
    let method: HTTPMethod
    /// With the prefix; empty for the bucket itself.
    var key = ""
    var query: [(name: String, value: String)] = []
    var headers: [String: String] = [:]
    var body = Data()
    /// Largest body of the answer, in bytes; an error's is always read.
    var maximumAnswer = 64 << 10

    init(_ method: HTTPMethod, key: String = "") {
        self.method = method
        self.key = key
    }
}

/// Signs requests, sends them, and tries again where that may help.
struct S3Client: Sendable {
    let settings: S3Settings
    private let session: HTTPSession
    private let retry = RetryPolicy(initial: .milliseconds(200), maximum: .seconds(5))
    private let clock: S3Clock
    private let complaints: Complaints

    init(settings: S3Settings, clock: S3Clock, logger: Logger) {
        self.settings = settings
        self.clock = clock
        complaints = Complaints(logger: logger)
        var http = HTTPSession.Settings()
        http.certificateAuthorities = settings.certificateAuthorities
        http.concurrency = settings.concurrency
        session = HTTPSession(settings: http)
    }

    enum Answer {
        /// - attempt: 1 if the first try was answered. What an earlier one did, if anything, is unknown.
        case success(ClientResponse, attempt: Int)
        case failure(S3Failure, attempt: Int)
    }

    /// The answer, whatever it says, once the server does not ask for another try.
    /// - Throws: `ObjectStoreError` if there is none, `CancellationError`.
    func answer(to request: S3Request) async throws -> Answer {
        for attempt in 1... {
            let isLast = attempt >= settings.attempts
            do {
                let response = try await session.send(signed(request))
                if (200..<300).contains(response.status.rawValue) {
                    complaints.settle()
                    return .success(response, attempt: attempt)
                }
                let failure = S3Failure(response)
                guard failure.isRetriable, !isLast else { return .failure(failure, attempt: attempt) }
                let asked = response.retryAfter(now: clock.now()) ?? .zero
                try await clock.sleep(max(retry.delay(attempt: attempt), min(asked, .seconds(10))))
            } catch let error as HTTPClientError {
                if error.code == .cancelled { throw CancellationError() }
                guard error.isRetriable, !isLast else { throw complain(ObjectStoreError(error, settings)) }
                try await clock.sleep(retry.delay(attempt: attempt))
            }
        }
        throw CancellationError()
    }

    /// - Throws: `ObjectStoreError` for anything but success.
    @discardableResult
    func send(_ request: S3Request) async throws -> ClientResponse {
        switch try await answer(to: request) {
        case .success(let response, _): return response
        case .failure(let failure, _): throw error(failure)
        }
    }

    func error(_ failure: S3Failure) -> ObjectStoreError { complain(failure.error(settings, now: clock.now())) }

    /// An address at which anybody may get the object for a while.
    func presigned(_ key: String, seconds: Int) -> String {
        let path = settings.path(of: key)
        let request = AWSSignatureV4.Request(method: "GET", host: settings.requestHost, path: path)
        let query = settings.signer.presignedQuery(for: request, seconds: seconds, at: clock.now())
        return "\(settings.scheme)://\(settings.requestHost)\(AWSSignatureV4.encodedPath(path))?\(query)"
    }

    private func signed(_ request: S3Request) -> ClientRequest {
        let path = settings.path(of: request.key)
        var unsigned = AWSSignatureV4.Request(
            method: request.method.rawValue, host: settings.requestHost, path: path)
        unsigned.query = request.query
        unsigned.headers = request.headers
        let query = request.query.isEmpty ? "" : "?" + AWSSignatureV4.encoded(request.query)
        let address = "\(settings.scheme)://\(settings.requestHost)\(AWSSignatureV4.encodedPath(path))\(query)"
        var headers = HTTPHeaders()
        for (name, value) in settings.signer.headers(for: unsigned, body: request.body, at: clock.now()) {
            headers.add(name, value)
        }
        var result = ClientRequest(request.method, address, headers: headers, body: request.body)
        result.timeout = .seconds(settings.timeout)
        result.maximumBody = max(request.maximumAnswer, 64 << 10)
        return result
    }

    private func complain(_ error: ObjectStoreError) -> ObjectStoreError {
        if error.code == .denied { complaints.raise(error.message) }
        return error
    }
}

/// The time, for signatures and between tries.
package struct S3Clock: Sendable {
    package var now: @Sendable () -> Date
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.sleep = sleep
    }
}

/// What a person must set right is said loudly, once until it changes or is gone.
private final class Complaints: Sendable {
    private let logger: Logger
    private let last = Mutex<String?>(nil)

    init(logger: Logger) { self.logger = logger }

    func raise(_ message: String) {
        // Times in a message change with every request.
        let kind = String(message.prefix(40))
        let isNew = last.withLock { last in
            defer { last = kind }
            return last != kind
        }
        if isNew { logger.error("the object store refuses us: its settings must be corrected", [.error: message]) }
    }

    func settle() { last.withLock { $0 = nil } }
}
