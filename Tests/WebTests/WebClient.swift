import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Testing

@testable import Web

/// Asks the router as a browser or a machine would, and compares every JSON answer with the OpenAPI document.
struct WebClient: Sendable {
    /// Held: the folder of its storage goes with it.
    private let fixture: WebFixture
    private let cookie: String?
    private let bearer: String?
    /// Whose session it is.
    let user: User?

    init(_ fixture: WebFixture, cookie: String? = nil, bearer: String? = nil, user: User? = nil) {
        self.fixture = fixture
        self.cookie = cookie
        self.bearer = bearer
        self.user = user
    }

    struct Answer: Sendable {
        let response: HTTPResponse
        let body: Data
        var status: HTTPStatus { response.status }
        var text: String { String(decoding: body, as: UTF8.self) }
        /// `.null` if the body is not JSON.
        var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: body)) ?? .null }
        /// The fields that are said to be wrong.
        var wrongFields: [String] { json["errors"].elements.compactMap { $0["field"].string } }
        var sessionCookie: String? {
            response.headers["Set-Cookie"].flatMap { $0.split(separator: ";").first }.flatMap {
                let value = $0.drop { $0 != "=" }.dropFirst()
                return value.isEmpty ? nil : String(value)
            }
        }
    }

    func get(_ path: String) async throws -> Answer { try await send(.get, path) }

    func post(_ path: String, _ json: JSONValue? = nil) async throws -> Answer { try await send(.post, path, json) }

    func put(_ path: String, _ json: JSONValue) async throws -> Answer { try await send(.put, path, json) }

    func delete(_ path: String) async throws -> Answer { try await send(.delete, path) }

    func send(_ method: HTTPMethod, _ path: String, _ json: JSONValue? = nil) async throws -> Answer {
        let body = try json.map { try JSONEncoder().encode($0) }
        return try await send(method, path, body: body ?? Data(), type: body == nil ? nil : "application/json")
    }

    /// - Parameter headers: added to, or with nil taken from, those a page of ours sends.
    func send(
        _ method: HTTPMethod, _ path: String, body: Data, type: String?, headers: [String: String?] = [:],
        from address: String = "192.0.2.1"
    ) async throws -> Answer {
        var all: HTTPHeaders = ["Host": "masks.test:8080", "X-Requested-With": "maskwatch"]
        if let cookie { all["Cookie"] = "other=1; maskwatch_session=\(cookie)" }
        if let bearer { all["Authorization"] = "Bearer \(bearer)" }
        if let type { all["Content-Type"] = type }
        for (name, value) in headers { all[name] = value }
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let request = try HTTPRequest(
            method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "", headers: all, body: body,
            remoteAddress: address)
        let response = await fixture.web.router.respond(to: request)
        var data = Data()
        if case .data(let bytes) = response.body { data = bytes }
        let answer = Answer(response: response, body: data)
        try check(answer, of: method, path: parts[0])
        return answer
    }

    private func check(_ answer: Answer, of method: HTTPMethod, path: String) throws {
        #expect(answer.response.headers["Content-Security-Policy"] == SecurityHeaders.contentSecurityPolicy)
        #expect(answer.response.headers["X-Content-Type-Options"] == "nosniff")
        guard path.hasPrefix("/api/"), path != "/api/v1/openapi.json" else { return }
        for fault in fixture.checker.faults(of: answer.json, body: answer.body, method, path, answer.response) {
            Issue.record("\(method) \(path) \(answer.status.rawValue): \(fault)\n\(answer.text)")
        }
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue {
        if case .object(let fields) = self { fields[name] ?? .null } else { .null }
    }
    subscript(_ index: Int) -> JSONValue { elements.indices.contains(index) ? elements[index] : .null }
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var fields: [String: JSONValue] { if case .object(let fields) = self { fields } else { [:] } }
}
