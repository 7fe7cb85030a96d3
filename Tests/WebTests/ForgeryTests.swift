import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Web

/// FAULTS.md X3.
@Suite("Requests that another site makes a browser send", .timeLimit(.minutes(10)))
struct ForgeryTests {
    private let rule = Data(#"{"name":"Masks"}"#.utf8)

    @Test("a cookie changes nothing without the header that only our page can set")
    func header() async throws {
        let browser = try await WebFixture().browser(.administrator)
        for header in [nil, "XMLHttpRequest"] {
            let answer = try await browser.send(
                .post, "/api/v1/rules", body: rule, type: "application/json", headers: ["X-Requested-With": header])
            #expect(answer.status == .forbidden)
        }
        let own = try await browser.send(.post, "/api/v1/rules", body: rule, type: "application/json")
        #expect(own.status == .created)
    }

    @Test(
        "a request from another origin is refused whatever else it has",
        arguments: [
            "https://evil.test", "http://masks.test", "http://masks.test:8081", "null",
            "http://masks.test:8080.evil.test",
        ])
    func origin(_ origin: String) async throws {
        let fixture = try await WebFixture()
        for client in [try await fixture.browser(.administrator), fixture.stranger()] {
            let answer = try await client.send(
                .post, "/api/v1/rules", body: rule, type: "application/json", headers: ["Origin": origin])
            #expect(answer.status == .forbidden)
        }
    }

    @Test("our own origin is taken, also the one a reverse proxy has")
    func ownOrigin() async throws {
        let fixture = try await WebFixture { $0.publicOrigin = "https://masks.example.org/" }
        let browser = try await fixture.browser(.administrator)
        for origin in ["http://masks.test:8080", "https://masks.test:8080", "https://masks.example.org"] {
            let answer = try await browser.send(
                .post, "/api/v1/rules", body: rule, type: "application/json", headers: ["Origin": origin])
            #expect(answer.status == .created)
        }
    }

    @Test(
        "a form, which needs no leave of the browser, is not JSON",
        arguments: ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", nil])
    func form(_ type: String?) async throws {
        let browser = try await WebFixture().browser(.administrator)
        let answer = try await browser.send(.post, "/api/v1/rules", body: rule, type: type)
        #expect(answer.status == .unsupportedMediaType)
    }

    @Test("no GET changes anything")
    func get() async throws {
        let fixture = try await WebFixture()
        let unsafeWords = fixture.web.routes.filter { $0.method == .get }.map(\.path).filter {
            $0.hasSuffix("/acknowledge") || $0.hasSuffix("/test") || $0.hasSuffix("/revive") || $0.hasSuffix("/probe")
        }
        #expect(unsafeWords.isEmpty)
    }

    @Test("a header meant for a proxy neither hides the cookie nor the need to protect it")
    func proxyAuthorization() async throws {
        let browser = try await WebFixture().browser(.administrator)
        let basic: [String: String?] = ["Authorization": "Basic dTpw"]
        let own = try await browser.send(
            .post, "/api/v1/rules", body: rule, type: "application/json", headers: basic)
        #expect(own.status == .created)
        let forged = try await browser.send(
            .post, "/api/v1/rules", body: rule, type: "application/json",
            headers: basic.merging(["X-Requested-With": nil]) { _, last in last })
        #expect(forged.status == .forbidden)
    }

    @Test("a bearer token needs no header, because no browser sends it by itself")
    func bearer() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let token = try #require(try await browser.post("/api/v1/tokens", ["name": "ci"]).json["token"].string)
        let machine = WebClient(fixture, bearer: token)
        let answer = try await machine.send(
            .post, "/api/v1/rules", body: rule, type: "application/json", headers: ["X-Requested-With": nil])
        #expect(answer.status == .created)
    }
}
