import Foundation
import HTTPServer
import HTTPTypes
import Logging
import TestSupport
import Testing

extension HTTPServerSuite {
    @Suite("HTTP listener", .timeLimit(.minutes(10)))
    struct HTTPListenerTests {
        @Test("hands the whole request to the handler and its answer back")
        func request() async throws {
            let answer = try await once(
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
            let answer = try await once("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n") { _ in .text("four") }
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
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
                "\r\n\r\n\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n",
            ])
        func malformed(_ text: String) async throws {
            var options = HTTPListenerOptions()
            options.requestTimeout = .milliseconds(300)
            let answer = try await once(text, options) { _ in
                Issue.record("the handler saw it")
                return .text("ok")
            }
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
        }

        @Test("answers one request after the other on a connection, also when they are sent at once")
        func pipelining() async throws {
            try await whileListening(handler: { request in .text(request.path + "\n") }) { _, port in
                let answers = try await offPool {
                    let client = try LoopbackSocket(connectingTo: port)
                    for index in 0..<20 { client.say("GET /\(index) HTTP/1.1\r\nHost: a\r\n\r\n") }
                    client.say("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    return client.receiveAll()
                }
                let paths = answers.split(separator: "\r\n").filter { $0.hasPrefix("/") }.map {
                    $0.prefix { $0 != "\n" }
                }
                #expect(paths == (0..<20).map { "/\($0)" } + ["/last"])
            }
        }

        @Test("sends a file, and 404 for what is no file")
        func files() async throws {
            let folder = try ScratchDirectory()
            try Data("from a file".utf8).write(to: folder.url.appending(path: "a"))
            let path = folder.url.path
            let found = try await once("GET / HTTP/1.1\r\nHost: a\r\n\r\n") { _ in .init(body: .file(path: path + "/a"))
            }
            #expect(found.contains("200 OK") && found.hasSuffix("from a file"))
            let missing = try await once("GET / HTTP/1.1\r\nHost: a\r\n\r\n") { _ in
                .init(body: .file(path: path + "/b"))
            }
            #expect(missing.contains(" 404 "))
            let directory = try await once("GET / HTTP/1.1\r\nHost: a\r\n\r\n") { _ in .init(body: .file(path: path)) }
            #expect(directory.contains(" 404 "))
        }

        @Test("a megabyte comes back as it was")
        func largeBody() async throws {
            var options = HTTPListenerOptions()
            options.maximumBody = 4 << 20
            let answer = try await once(post(1 << 20), options) { request in
                .data(request.body, contentType: "application/octet-stream")
            }
            #expect(answer.hasSuffix(String(repeating: "x", count: 1 << 20)))
        }

        @Test("says what keeps it from listening")
        func portTaken() async throws {
            let taken = try LoopbackListener()
            let listener = HTTPListener(options: .init(port: taken.port), logger: .silent) { _ in .text("") }
            let error = await #expect(throws: HTTPServerError.self) { try await listener.run() }
            #expect(error?.description.contains("port \(taken.port): Address already in use") == true)
            await #expect(throws: HTTPServerError.self) { try await listener.boundPort() }
            let nowhere = HTTPListener(options: .init(address: "localhost"), logger: .silent) { _ in .text("") }
            await #expect(throws: HTTPServerError.self) { try await nowhere.run() }
        }

        @Test("listens on IPv6 as well")
        func ipv6() async throws {
            let listener = HTTPListener(options: .init(address: "::"), logger: .silent) { .text($0.remoteAddress) }
            try await whileRunning(listener) {
                let answer = try await exchange(
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", port: try await listener.boundPort())
                #expect(answer.hasSuffix("127.0.0.1"))
            }
        }

        private func once(
            _ text: String, _ options: HTTPListenerOptions = HTTPListenerOptions(),
            handler: @escaping HTTPListener.Handler
        ) async throws -> String {
            try await whileListening(options, handler: handler) { _, port in try await exchange(text, port: port) }
        }
    }
}
