import Foundation
import HTTPServer
import HTTPTypes
import Logging
import TestSupport
import Testing

/// Suites with real listeners run one after the other: some count the descriptors of the process.
@Suite("HTTP server", .serialized)
enum HTTPServerSuite {}

/// A listener on a free port while a test body runs.
func whileListening<Value>(
    _ options: HTTPListenerOptions = HTTPListenerOptions(),
    handler: @escaping HTTPListener.Handler, body: (HTTPListener, Int) async throws -> Value
) async throws -> Value {
    let listener = HTTPListener(options: options, logger: .silent, handler: handler)
    return try await whileRunning(listener) { try await body(listener, try await listener.boundPort()) }
}

/// Sends a request and reads until the server closes; `Connection: close` is added to it.
func exchange(_ text: String, port: Int) async throws -> String {
    try await offPool {
        let client = try LoopbackSocket(connectingTo: port)
        client.say(text.replacing("Host: a\r\n", with: "Host: a\r\nConnection: close\r\n"))
        return client.receiveAll()
    }
}

/// A POST of so many bytes.
func post(_ count: Int, chunked: Bool = false) -> String {
    let body = String(repeating: "x", count: count)
    return chunked
        ? "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "\(String(count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
        : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n\(body)"
}
