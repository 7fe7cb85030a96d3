package import HTTPTypes

/// One row of the route table: what is asked, who may ask, what it means, and what answers.
package struct Route: Sendable {
    typealias Handler = @Sendable (WebRequest) async throws -> HTTPResponse

    package let method: HTTPMethod
    /// Such as `/api/v1/cameras/{camera}`.
    package let path: String
    package let access: Access
    let documentation: RouteDocumentation
    /// Largest body in bytes.
    let bodyLimit: Int
    let handler: Handler

    /// JSON bodies are small; only pictures may be larger.
    static let jsonLimit = 64 << 10

    init(
        _ method: HTTPMethod, _ path: String, _ access: Access, _ documentation: RouteDocumentation,
        bodyLimit: Int = jsonLimit, _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.documentation = documentation
        self.bodyLimit = bodyLimit
        self.handler = handler
    }
}

/// What the OpenAPI document says of a route.
struct RouteDocumentation: Sendable {
    enum Content: Sendable {
        case none
        /// The name of a schema in `components`.
        case json(String)
        case media(String)
    }

    let summary: String
    var takes: Content = .none
    var gives: Content = .none
    var status: HTTPStatus = .ok
    var query: [String] = []
    /// Statuses of problems beside those that every route may give.
    var problems: [HTTPStatus] = []

    init(
        _ summary: String, takes: Content = .none, gives: Content = .none, status: HTTPStatus? = nil,
        query: [String] = [], problems: [HTTPStatus] = []
    ) {
        self.summary = summary
        self.takes = takes
        self.gives = gives
        if case .none = gives { self.status = status ?? .noContent } else { self.status = status ?? .ok }
        self.query = query
        self.problems = problems
    }
}
