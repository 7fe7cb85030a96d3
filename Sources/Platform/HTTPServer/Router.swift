package import HTTPTypes
package import Logging
package import Metrics

/// Finds the handler of a request by method and path. Unknown paths are answered with 404, known paths under another
/// method with 405 and `Allow`; `HEAD` goes to the handler of `GET`.
package struct Router: Sendable {
    package typealias Handler = @Sendable (HTTPRequest) async throws -> HTTPResponse
    /// Makes the answer to a request that no handler answers; the text says what was wrong.
    package typealias FailureHandler = @Sendable (HTTPStatus, _ detail: String) -> HTTPResponse
    /// Makes the answer to an error a handler threw, or nil to leave it to the router (500, logged).
    package typealias ErrorHandler = @Sendable (any Error, HTTPRequest) -> HTTPResponse?

    /// What is known of a route, for tests that walk over all of them.
    package struct Route: Sendable {
        package let method: HTTPMethod
        /// Such as `/api/v1/cameras/{id}`.
        package let path: String
        /// In bytes; nil for the listener's limit.
        package let bodyLimit: Int?
    }

    private struct Entry: Sendable {
        let method: HTTPMethod
        let pattern: RoutePattern
        let bodyLimit: Int?
        let handler: Handler
    }

    private var entries: [Entry] = []
    private let metrics: RequestMetrics?
    private let logger: Logger
    package var failure: FailureHandler
    package var errorHandler: ErrorHandler

    package init(
        metrics: MetricsRegistry? = nil, logger: Logger = .silent,
        failure: @escaping FailureHandler = Router.plainFailure,
        errorHandler: @escaping ErrorHandler = { _, _ in nil }
    ) {
        self.metrics = metrics.map(RequestMetrics.init)
        self.logger = logger
        self.failure = failure
        self.errorHandler = errorHandler
    }

    package static let plainFailure: FailureHandler = { status, detail in
        .text(detail + "\n", status: status)
    }

    /// Every route, in the order of the paths.
    package var routes: [Route] {
        entries.map { Route(method: $0.method, path: $0.pattern.description, bodyLimit: $0.bodyLimit) }
            .sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }
    }

    /// - Parameters:
    ///   - path: literal segments and `{name}`; the last may be `{name...}` for the rest of the path.
    ///   - bodyLimit: largest body in bytes; nil for the listener's limit.
    package mutating func on(
        _ method: HTTPMethod, _ path: String, bodyLimit: Int? = nil, _ handler: @escaping Handler
    ) {
        let entry = Entry(method: method, pattern: RoutePattern(path), bodyLimit: bodyLimit, handler: handler)
        precondition(
            !entries.contains { $0.method == method && $0.pattern == entry.pattern }, "\(method) \(path) is there twice"
        )
        let place = entries.firstIndex { entry.pattern.isMoreSpecific(than: $0.pattern) } ?? entries.endIndex
        entries.insert(entry, at: place)
    }

    package mutating func get(_ path: String, _ handler: @escaping Handler) { on(.get, path, handler) }

    package mutating func post(_ path: String, bodyLimit: Int? = nil, _ handler: @escaping Handler) {
        on(.post, path, bodyLimit: bodyLimit, handler)
    }

    package mutating func put(_ path: String, bodyLimit: Int? = nil, _ handler: @escaping Handler) {
        on(.put, path, bodyLimit: bodyLimit, handler)
    }

    package mutating func delete(_ path: String, _ handler: @escaping Handler) { on(.delete, path, handler) }

    /// Takes over every route of `other`, below `prefix`, each wrapped by `middleware`.
    package mutating func mount(
        _ other: Router, at prefix: String = "", middleware: (@escaping Handler) -> Handler = { $0 }
    ) {
        for entry in other.entries {
            on(entry.method, prefix + entry.pattern.description, bodyLimit: entry.bodyLimit, middleware(entry.handler))
        }
    }

    /// The largest body for a request whose body has not been read yet; nil for the listener's limit.
    package func bodyLimit(for request: HTTPRequest) -> Int? { find(request)?.entry.bodyLimit }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        guard let (entry, parameters) = find(request) else { return refusal(of: request) }
        var request = request
        request.parameters = parameters
        let response = await answer(request, by: entry.handler)
        metrics?.record(
            method: entry.method, route: entry.pattern.description, status: response.status,
            duration: start.duration(to: .now))
        return response
    }

    private func answer(_ request: HTTPRequest, by handler: Handler) async -> HTTPResponse {
        do {
            return try await handler(request)
        } catch {
            if let response = errorHandler(error, request) { return response }
            logger.error("a request failed", [.address: request.path, .error: "\(error)"])
            return failure(.internalServerError, "The server could not answer; its log says why.")
        }
    }

    private func find(_ request: HTTPRequest) -> (entry: Entry, parameters: [String: String])? {
        let method = request.method == .head ? .get : request.method
        for entry in entries where entry.method == method {
            if let parameters = entry.pattern.match(request.segments) { return (entry, parameters) }
        }
        return nil
    }

    private func refusal(of request: HTTPRequest) -> HTTPResponse {
        var allowed = Set(entries.filter { $0.pattern.match(request.segments) != nil }.map(\.method))
        if allowed.contains(.get) { allowed.insert(.head) }
        let missing = allowed.isEmpty
        var response = failure(
            missing ? .notFound : .methodNotAllowed,
            missing ? "There is nothing at this address." : "This address does not take \(request.method).")
        if !missing { response.headers["Allow"] = allowed.map(\.rawValue).sorted().joined(separator: ", ") }
        metrics?.record(method: request.method, route: "none", status: response.status, duration: .zero)
        return response
    }
}
