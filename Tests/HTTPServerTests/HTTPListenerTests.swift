import Foundation
import HTTPServer
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite("HTTP listener", .serialized, .timeLimit(.minutes(1)))
struct HTTPListenerTests {
    @Test("hands the whole request to the handler and its answer back")
    func request() async throws {
        let answer = try await exchange(
            "POST /a%20b/c?x=1+2&y=%C3%A9&z HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello"
        ) { request in
            #expect(request.method == .post)
            #expect(request.path == "/a%20b/c")
            #expect(request.segments == ["a b", "c"])
            #expect(request.queryValue("x") == "1 2")
            #expect(request.queryValue("y") == "é")
            #expect(request.queryValue("z") == "")
            #expect(request.headers["x-one"] == "1")
            #expect(request.remoteAddress == "127.0.0.1")
            #expect(!request.isSecure)
            return HTTPResponse(status: .created, headers: ["X-Two": "2\r\nX-Evil: 1"], body: .data(request.body))
        }
        #expect(answer.hasPrefix("HTTP/1.1 201 Created\r\n"))
        #expect(answer.contains("\r\nX-Two: 2X-Evil: 1\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nhello"))
    }

    @Test("answers HEAD without a body but with its length")
    func head() async throws {
        let answer = try await exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n") { _ in .text("four") }
        #expect(answer.contains("Content-Length: 4\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test(
        "refuses what is not a request",
        arguments: [
            "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a%2f..%2fb HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
            "GET /?a=%ff HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        ])
    func malformed(_ text: String) async throws {
        let answer = try await exchange(text) { _ in
            Issue.record("the handler saw it")
            return .text("ok")
        }
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
    }

    /// Sends the text, closes after the answer.
    private func exchange(
        _ text: String, options: HTTPListenerOptions = HTTPListenerOptions(),
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws -> String {
        let listener = HTTPListener(options: options, logger: .silent, handler: handler)
        return try await whileRunning(listener) {
            let port = try await listener.boundPort()
            return try await offPool {
                let client = try RawConnection(port: port)
                client.send(text.replacing("Host: a\r\n", with: "Host: a\r\nConnection: close\r\n"))
                return client.receiveAll()
            }
        }
    }
}
