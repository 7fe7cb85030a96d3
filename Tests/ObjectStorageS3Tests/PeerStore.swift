import Domain
import Foundation
import Logging
import ObjectStorageS3
import Synchronization
import TestSupport

/// A server that gives prepared answers, one after the other, and the last one for ever.
final class PeerStore: Sendable {
    struct Answer: Sendable {
        var status = "200 OK"
        var headers = ""
        var body = ""
        /// What `Content-Length` says beyond the body that is sent.
        var missing = 0
        /// The connection ends without an answer.
        var breaks = false

        static func error(_ status: String, _ code: String) -> Answer {
            Answer(status: status, body: "<Error><Code>\(code)</Code><Message>said so</Message></Error>")
        }
    }

    private let server: ScriptedServer
    private let record = Record()
    private let waits = Mutex<[Duration]>([])
    let log = RecordingLog()
    var errors: [LogEntry] { log.entries.filter { $0.level == .error } }

    init(_ answers: [Answer]) throws {
        let answers = Answers(answers)
        let record = record
        server = try ScriptedServer { connection in
            while let head = try Self.readRequest(connection) {
                record.add(head)
                let answer = answers.next()
                guard !answer.breaks else { return }
                let length =
                    head.hasPrefix("HEAD") ? "" : "Content-Length: \(answer.body.utf8.count + answer.missing)\r\n"
                try connection.write("HTTP/1.1 \(answer.status)\r\n\(length)\(answer.headers)\r\n")
                if !head.hasPrefix("HEAD") { try connection.write(answer.body) }
                if answer.missing > 0 { return }
            }
        }
    }

    /// The heads of all requests.
    var requests: [String] { record.heads }
    /// How long was waited before each further try.
    var pauses: [Duration] { waits.withLock { $0 } }

    func store(attempts: Int = 3) throws -> S3ObjectStore {
        var settings = try S3Settings(
            url: "s3://bucket/all", endpoint: "http://127.0.0.1:\(server.port)", accessKey: "key",
            secretKey: Secret("s3cr3t-CANARY"))
        settings.attempts = attempts
        settings.timeout = 5
        settings.quotaBytes = 1000
        let clock = S3Clock(sleep: { pause in self.waits.withLock { $0.append(pause) } })
        return S3ObjectStore(
            settings: settings, clock: clock, logger: Logger(label: "test", minimum: .debug, handler: log))
    }

    private static func readRequest(_ connection: ScriptedServer.Connection) throws -> String? {
        var text = ""
        while true {
            if let end = text.range(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let length = head.firstMatch(of: #/Content-Length: (\d+)/#).flatMap { Int($0.1) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return head }
            }
            guard let part = try connection.read() else { return nil }
            text += part
        }
    }
}

private final class Answers: Sendable {
    private let left: Mutex<[PeerStore.Answer]>

    init(_ answers: [PeerStore.Answer]) { left = Mutex(answers) }

    func next() -> PeerStore.Answer { left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
}

private final class Record: Sendable {
    private let state = Mutex<[String]>([])

    var heads: [String] { state.withLock { $0 } }

    func add(_ head: String) { state.withLock { $0.append(head) } }
}
