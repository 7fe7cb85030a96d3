import Foundation

/// A receiver of webhooks that checks their signatures with code of its own.
struct WebhookSink {
    struct Request: Decodable {
        struct Event: Decodable { let type: String }

        let event: Event
        let isSigned: Bool
    }

    let process: ChildProcess
    private let http: LoopbackHTTP

    var address: String { "http://127.0.0.1:\(http.port)/hook" }

    static func start(in folder: URL) async throws -> WebhookSink {
        let process = try ChildProcess(Requirements.webhookSink, log: folder.appending(path: "webhooks.log"))
        try await until("the webhook receiver starts", within: 30) { process.output.hasSuffix("\n") }
        guard let port = Int(process.output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Timeout(description: "a port from the webhook receiver: \(process.output)")
        }
        return WebhookSink(process: process, http: LoopbackHTTP(port: port))
    }

    func verify(with secret: String) async throws {
        _ = try await http.send("PUT", "/secret", body: Data(secret.utf8))
    }

    func requests() async throws -> [Request] {
        try await http.send("GET", "/requests").decoded([Request].self)
    }
}
