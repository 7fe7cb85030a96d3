package import Foundation

/// An answer to a request.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case data(Data)
        /// Written as it comes, until the stream finishes or the client goes; `stream` is dropped then. Use a stream
        /// with a bounded buffer: a slow client takes one element at a time.
        case stream(AsyncStream<Data>)
        /// A regular file, sent without being read into memory.
        case file(path: String)
    }

    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: HTTPStatus = .ok, headers: HTTPHeaders = HTTPHeaders(), body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer without a body.
    package init(_ status: HTTPStatus, headers: HTTPHeaders = HTTPHeaders()) {
        self.init(status: status, headers: headers, body: .data(Data()))
    }

    package static func data(_ data: Data, contentType: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": contentType], body: .data(data))
    }

    package static func text(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        data(Data(text.utf8), contentType: "text/plain; charset=utf-8", status: status)
    }

    /// Server-sent events (WHATWG HTML, section 9.2): each element is one or more whole events, see `ServerSentEvent`.
    package static func events(_ stream: AsyncStream<Data>) -> HTTPResponse {
        HTTPResponse(
            headers: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
            ], body: .stream(stream))
    }
}

/// One event of an event stream.
package enum ServerSentEvent {
    /// `event: name`, one `data:` line for each line of `data`, and an empty line.
    package static func encode(event: String, data: String) -> Data {
        let lines = data.split(whereSeparator: \.isNewline).map { "data: \($0)\n" }.joined()
        return Data("event: \(event)\n\(lines.isEmpty ? "data:\n" : lines)\n".utf8)
    }

    /// A comment; clients ignore it. Sent in silence so that a client that is gone is noticed.
    package static let ping = Data(": ping\n\n".utf8)
}
