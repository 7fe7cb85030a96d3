import Foundation
import HTTPClient
import HTTPServer
import HTTPTypes
import Logging
import Synchronization
import TestSupport
import Testing

@Suite("The HTTP client")
struct HTTPSessionTests {
    private func whileServing(
        _ handler: @escaping HTTPListener.Handler, body: (_ address: String, HTTPListener) async throws -> Void
    ) async throws {
        var options = HTTPListenerOptions()
        options.gracePeriod = .zero
        let listener = HTTPListener(options: options, logger: .silent, handler: handler)
        try await whileRunning(listener) {
            try await body("http://127.0.0.1:\(try await listener.boundPort())", listener)
        }
    }

    private func failure(
        _ request: ClientRequest, _ session: HTTPSession = HTTPSession()
    ) async -> HTTPClientError.Code? {
        do {
            _ = try await session.send(request)
            return nil
        } catch { return (error as? HTTPClientError)?.code }
    }

    @Test("sends method, headers and body, and reads status, headers and body")
    func exchange() async throws {
        try await whileServing { request in
            HTTPResponse(
                status: 201, headers: ["X-Seen": "\(request.method) \(request.headers["X-One"] ?? "")"],
                body: .data(Data(request.body.reversed())))
        } body: { address, _ in
            let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
            let response = try await HTTPSession().send(
                ClientRequest.patient(.post, address + "/a", headers: ["X-One": "1"], body: bytes))
            #expect(response.status == .created && response.headers["x-seen"] == "POST 1")
            #expect(response.body == Data(bytes.reversed()))
        }
    }

    @Test("does not follow redirects")
    func redirects() async throws {
        let visited = Mutex<[String]>([])
        try await whileServing { request in
            visited.withLock { $0.append(request.path) }
            return HTTPResponse(.seeOther, headers: ["Location": "/secret"])
        } body: { address, _ in
            let response = try await HTTPSession().send(ClientRequest.patient(.get, address + "/public"))
            #expect(response.status.isRedirect && response.headers["Location"] == "/secret")
        }
        #expect(visited.withLock { $0 } == ["/public"])
    }

    @Test("takes an answer of exactly the limit and refuses a larger one", arguments: [(1000, true), (1001, false)])
    func bodyLimit(size: Int, isTaken: Bool) async throws {
        try await whileServing { _ in
            .data(Data(count: size), contentType: "text/plain")
        } body: { address, _ in
            var request = ClientRequest.patient(.get, address)
            request.maximumBody = 1000
            #expect(await failure(request) == (isTaken ? nil : .answerTooLarge))
        }
    }

    @Test("refuses an answer that never ends once it has grown past the limit")
    func endless() async throws {
        try await whileServing { _ in
            HTTPResponse(body: .stream(AsyncStream { Data(count: 4096) }))
        } body: { address, _ in
            #expect(await failure(ClientRequest.patient(.get, address)) == .answerTooLarge)
        }
    }

    @Test("refuses a head that is too large")
    func headLimit() async throws {
        try await whileServing { _ in
            HTTPResponse(.ok, headers: ["X-Long": String(repeating: "a", count: 2000)])
        } body: { address, _ in
            var request = ClientRequest.patient(.get, address)
            request.maximumHead = 1000
            #expect(await failure(request) == .answerTooLarge)
        }
    }

    @Test("gives up when there is no answer in time")
    func timeout() async throws {
        try await whileServing { _ in
            try? await Task.sleep(for: .seconds(60))
            return HTTPResponse(.ok)
        } body: { address, _ in
            var request = ClientRequest.patient(.get, address)
            request.timeout = .milliseconds(100)
            #expect(await failure(request) == .timedOut)
        }
    }

    @Test("gives up when its task is cancelled")
    func cancelled() async throws {
        let arrived = Mutex(false)
        try await whileServing { _ in
            arrived.withLock { $0 = true }
            try? await Task.sleep(for: .seconds(60))
            return HTTPResponse(.ok)
        } body: { address, _ in
            let task = Task { await failure(ClientRequest.patient(.get, address)) }
            #expect(await eventually { arrived.withLock { $0 } })
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }

    @Test("uses a connection again, and opens another when the server was started anew")
    func keepAlive() async throws {
        let session = HTTPSession()
        var options = HTTPListenerOptions()
        for _ in 0..<2 {
            let listener = HTTPListener(options: options, logger: .silent) { _ in .text("ok") }
            try await whileRunning(listener) {
                options.port = try await listener.boundPort()
                for _ in 0..<20 {
                    let request = ClientRequest.patient(.get, "http://127.0.0.1:\(options.port)/")
                    #expect(try await session.send(request).status == .ok)
                    #expect(listener.openConnections == 1)
                }
            }
        }
    }

    @Test("says that nobody listens")
    func refused() async throws {
        let port = try await {
            let listener = HTTPListener(options: HTTPListenerOptions(), logger: .silent) { _ in .text("") }
            return try await whileRunning(listener) { try await listener.boundPort() }
        }()
        #expect(await failure(ClientRequest.patient(.get, "http://127.0.0.1:\(port)/")) == .connectFailed)
    }

    @Test("connects nowhere that its policy forbids")
    func policy() async throws {
        try await whileServing { _ in
            .text("ok")
        } body: { address, _ in
            var settings = HTTPSession.Settings()
            settings.policy = AddressPolicy(allowsLoopback: false)
            let request = ClientRequest.patient(.get, address)
            #expect(await failure(request, HTTPSession(settings: settings)) == .addressNotAllowed)
        }
    }

    @Test("takes only http and https", arguments: ["", "file:///etc/passwd", "ftp://a/", "http://a b/", "a:80"])
    func addresses(address: String) async throws {
        #expect(await failure(ClientRequest.patient(.get, address)) == .addressInvalid)
    }

    @Test(
        "reads Retry-After as seconds or as a date",
        arguments: [
            ("7", 7), ("0", 0), ("-1", nil), ("soon", nil), ("Thu, 01 Jan 1970 00:16:50 GMT", 10),
            ("Thu, 01 Jan 1970 00:16:30 GMT", nil),
        ] as [(String, Int?)])
    func retryAfter(text: String, seconds: Int?) async throws {
        try await whileServing { _ in
            HTTPResponse(.serviceUnavailable, headers: ["Retry-After": text])
        } body: { address, _ in
            let response = try await HTTPSession().send(ClientRequest.patient(.get, address))
            #expect(response.retryAfter(now: Date(timeIntervalSince1970: 1000)) == seconds.map { .seconds($0) })
        }
    }
}

extension ClientRequest {
    /// A machine with much to do is no server that does not answer.
    fileprivate static func patient(
        _ method: HTTPMethod, _ address: String, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data()
    ) -> ClientRequest {
        var request = ClientRequest(method, address, headers: headers, body: body)
        request.timeout = .seconds(600)
        request.connectTimeout = .seconds(600)
        return request
    }
}
