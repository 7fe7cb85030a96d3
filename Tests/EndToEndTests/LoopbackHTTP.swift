import Foundation
import TestSupport

/// An HTTP/1.1 client for this machine of a few lines, so that the tests do not lean on the code they test.
struct LoopbackHTTP: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: body)
        }
    }

    let port: Int

    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: Data = Data()
    ) async throws -> Answer {
        let port = port
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        let request = Data((head + "\r\n").utf8) + body
        let answer = try await offPool {
            let connection = try LoopbackSocket(connectingTo: port, timeout: 60)
            try connection.write(request)
            var all = Data()
            while !Self.isComplete(all) {
                let data = connection.receive()
                if data.isEmpty { break }
                all += data
            }
            return all
        }
        return try Self.parsed(answer)
    }

    /// Some servers keep the connection open in spite of `Connection: close`.
    private static func isComplete(_ data: Data) -> Bool {
        guard let head = data.range(of: Data("\r\n\r\n".utf8)) else { return false }
        let lines = String(decoding: data[..<head.lowerBound], as: UTF8.self).lowercased()
        guard let length = lines.firstMatch(of: #/content-length: *(\d+)/#).flatMap({ Int($0.1) }) else { return false }
        return data.distance(from: head.upperBound, to: data.endIndex) >= length
    }

    private static func parsed(_ data: Data) throws -> Answer {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { throw Timeout(description: "an HTTP answer") }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Timeout(description: "an HTTP status line")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1] }
        }
        let body = Data(data[end.upperBound...])
        let isChunked = headers["transfer-encoding"]?.lowercased() == "chunked"
        return Answer(status: status, headers: headers, body: isChunked ? unchunked(body) : body)
    }

    private static func unchunked(_ data: Data) -> Data {
        var rest = data[...]
        var result = Data()
        while let line = rest.range(of: Data("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            result += rest[line.upperBound...].prefix(size)
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        return result
    }
}
