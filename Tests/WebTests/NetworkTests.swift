import Domain
import Foundation
import HTTPServer
import HTTPTypes
import TestSupport
import Testing

@testable import Web

@Suite("The web stage on the network", .timeLimit(.minutes(10)))
struct NetworkTests {
    @Test(
        "what never reaches a route is a problem with the same guards",
        arguments: [
            ("GET /assets/%2e%2e/%2e%2e/etc/passwd", 0, 400), ("POST /api/v1/rules", 70_000, 413), ("BREW /", 0, 405),
            ("GET /no", 0, 404),
        ])
    func refusals(_ line: String, _ bodyLength: Int, _ status: Int) async throws {
        let request =
            "\(line) HTTP/1.1\r\nHost: a\r\nContent-Length: \(bodyLength)\r\n\r\n"
            + String(repeating: "x", count: bodyLength)
        let fixture = try await WebFixture()
        try await whileRunning(fixture.web) {
            let port = try await fixture.web.boundPort()
            let answer = try await offPool {
                let connection = try LoopbackSocket(connectingTo: port)
                connection.say(request)
                return connection.receive(until: "\"}")
            }
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.contains("Content-Type: application/problem+json"))
            #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
        }
    }

    /// After Triton's L0_http_fuzz (FAULTS.md, section 2): nonsense is refused, never an error of the server.
    @Test("nonsense for every route is the client's fault", arguments: 0..<4)
    func nonsense(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let camera = try await fixture.savedCamera()
        for route in fixture.web.routes where route.path != "/api/v1/session" {
            let path = route.path.split(separator: "/", omittingEmptySubsequences: false).map { part in
                guard part.hasPrefix("{") else { return String(part) }
                let choices = [camera.id.description, UUID().uuidString, "0", "%F0%9F%98%80", "a%20b", "%27%3B--"]
                return choices.randomElement(using: &generator) ?? ""
            }.joined(separator: "/")
            for _ in 0..<5 {
                let body = try JSONEncoder().encode(JSONValue.random(using: &generator))
                let query =
                    ["", "?limit=-1&before=%00", "?camera=x&from=9&to=%F0"].randomElement(using: &generator) ?? ""
                let request = try? await browser.send(
                    route.method, path + query, body: body, type: "application/json", headers: [:])
                #expect((request?.status.rawValue ?? 400) < 500, "\(route.method) \(path)\(query)")
            }
        }
    }
}

extension JSONValue {
    /// Something a form never sends, but with the names that forms use.
    fileprivate static func random(using generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        let names = [
            "name", "source", "address", "password", "cameras", "sampling", "every", "shots", "role", "camera_id",
            "severity", "is_enabled", "token", "current", "kind",
        ]
        switch Int.random(in: 0..<(depth == 0 ? 1 : 8), using: &generator) {
        case 0 where depth < 4:
            let count = Int.random(in: 0..<8, using: &generator)
            var fields: [String: JSONValue] = [:]
            for _ in 0..<count {
                fields[names.randomElement(using: &generator) ?? ""] = random(using: &generator, depth: depth + 1)
            }
            return .object(fields)
        case 1 where depth < 4:
            return .array((0..<3).map { _ in random(using: &generator, depth: depth + 1) })
        case 2: return .number([0, -1, 1e300, 0.1, 4_294_967_296, -0.0].randomElement(using: &generator) ?? 0)
        case 3: return .bool(Bool.random(using: &generator))
        case 4: return .null
        case 5: return .string(String(repeating: "𝕏", count: Int.random(in: 0..<3000, using: &generator)))
        case 6:
            return .string(
                ["rtsp://a/", "rtsp://[", "://@:", "\u{0}", "' OR 1=1;--"].randomElement(using: &generator) ?? "")
        default: return .string("viewer")
        }
    }
}
