import Domain
import Foundation
import HTTPTypes
import Logging
import Persistence
import PersistenceSQLite
import Secrets
import TestSupport
import Testing

@testable import Web

/// FAULTS.md X2 and X7.
@Suite("Signing in", .timeLimit(.minutes(10)))
struct SessionTests {
    private let password = "correct horse battery"

    private func setUp(_ fixture: WebFixture) async throws -> WebClient {
        let link = try #require(try await fixture.web.setupLink(base: "http://h"))
        let token = String(link.split(separator: "=").last ?? "")
        let answer = try await fixture.stranger().post(
            "/api/v1/setup", ["token": .string(token), "name": "Ada", "password": .string(password)])
        #expect(answer.status == .created)
        return WebClient(fixture, cookie: answer.sessionCookie)
    }

    private func signIn(
        _ fixture: WebFixture, name: String = "Ada", password: String? = nil, from address: String = "192.0.2.1"
    ) async throws -> WebClient.Answer {
        let body: JSONValue = ["name": .string(name), "password": .string(password ?? self.password)]
        return try await fixture.stranger().send(
            .post, "/api/v1/session", body: try JSONEncoder().encode(body), type: "application/json", from: address)
    }

    @Test("the setup link makes the first administrator, once")
    func setup() async throws {
        let fixture = try await WebFixture()
        #expect(try await fixture.stranger().get("/api/v1/session").json["setup_required"] == true)
        let link = try #require(try await fixture.web.setupLink(base: "http://h"))
        let second = try #require(try await fixture.web.setupLink(base: "http://h"))
        let browser = try await setUp(fixture)
        let session = try await browser.get("/api/v1/session").json
        #expect(session["setup_required"] == false)
        #expect(session["user"]["role"] == "administrator")
        for old in [link, second] {
            let body: JSONValue = [
                "token": .string(String(old.split(separator: "=").last ?? "")), "name": "Eve",
                "password": "long enough!!",
            ]
            #expect(try await fixture.stranger().post("/api/v1/setup", body).status == .conflict)
        }
        #expect(try await fixture.web.setupLink(base: "http://h") == nil)
        #expect(try await fixture.persistence.users.tokens(kind: .setup).isEmpty)
    }

    @Test("a setup link that is wrong or old is refused")
    func oldSetupLink() async throws {
        let fixture = try await WebFixture()
        let link = try #require(try await fixture.web.setupLink(base: "http://h"))
        let token = String(link.split(separator: "=").last ?? "")
        func setUp(_ token: String) async throws -> HTTPStatus {
            try await fixture.stranger().post(
                "/api/v1/setup", ["token": .string(token), "name": "Eve", "password": "long enough!!"]
            ).status
        }
        #expect(try await setUp(token + "x") == .unauthorized)
        fixture.clock.advance(25 * 3600)
        #expect(try await setUp(token) == .unauthorized)
        #expect(try await fixture.persistence.users.users().isEmpty)
    }

    @Test("the cookie is out of reach of scripts and other sites, and secure where the browser uses TLS")
    func cookie() async throws {
        let fixture = try await WebFixture()
        _ = try await setUp(fixture)
        let plain = try #require(try await signIn(fixture).response.headers["Set-Cookie"])
        #expect(plain.contains("HttpOnly") && plain.contains("SameSite=Strict") && plain.contains("Path=/"))
        #expect(!plain.contains("Secure"))
        let body: JSONValue = ["name": "Ada", "password": .string(password)]
        let overTLS = try await fixture.stranger().send(
            .post, "/api/v1/session", body: try JSONEncoder().encode(body), type: "application/json",
            headers: ["Origin": "https://masks.test:8080"])
        #expect(overTLS.response.headers["Set-Cookie"]?.hasSuffix("; Secure") == true)
    }

    @Test("a wrong password and an unknown name get the same answer")
    func refusal() async throws {
        let fixture = try await WebFixture()
        _ = try await setUp(fixture)
        let wrong = try await signIn(fixture, password: "wrong password")
        let unknown = try await signIn(fixture, name: "Nobody")
        #expect(wrong.status == .unauthorized)
        #expect(wrong.body == unknown.body)
        #expect(wrong.sessionCookie == nil)
    }

    @Test("too many attempts at one account are refused from everywhere, with the time to wait")
    func accountLimit() async throws {
        let fixture = try await WebFixture()
        _ = try await setUp(fixture)
        var last = try await signIn(fixture, password: "wrong password", from: "192.0.2.0")
        for index in 1..<11 { last = try await signIn(fixture, password: "wrong password", from: "192.0.2.\(index)") }
        #expect(last.status == .tooManyRequests)
        let wait = try #require(last.response.headers["Retry-After"].flatMap(Double.init))
        #expect(try await signIn(fixture, from: "192.0.2.99").status == .tooManyRequests)
        fixture.clock.advance(wait)
        #expect(try await signIn(fixture).status == .ok)
    }

    @Test("too many attempts from one address are refused for every account")
    func addressLimit() async throws {
        let limit = SignInLimit()
        for index in 0..<20 { try limit.begin(account: "user \(index)", address: "a", at: WebFixture.start) }
        #expect(throws: Problem.self) { try limit.begin(account: "other", address: "a", at: WebFixture.start) }
        try limit.begin(account: "other", address: "b", at: WebFixture.start)
    }

    @Test("whoever floods an account from elsewhere does not lock its owner out")
    func lockOut() throws {
        let limit = SignInLimit()
        try limit.begin(account: "Ada", address: "home", at: WebFixture.start)
        limit.succeeded(account: "Ada", address: "home", at: WebFixture.start)
        for index in 0..<50 { try? limit.begin(account: "Ada", address: "bot \(index)", at: WebFixture.start) }
        #expect(throws: Problem.self) { try limit.begin(account: "ada", address: "other", at: WebFixture.start) }
        try limit.begin(account: "ada", address: "home", at: WebFixture.start)
    }

    @Test("signing out ends the session on the server, not only in the browser")
    func signOut() async throws {
        let fixture = try await WebFixture()
        let browser = try await setUp(fixture)
        #expect(try await browser.get("/api/v1/cameras").status == .ok)
        let answer = try await browser.delete("/api/v1/session")
        #expect(answer.status == .noContent)
        #expect(answer.response.headers["Set-Cookie"]?.contains("Max-Age=0") == true)
        #expect(try await browser.get("/api/v1/cameras").status == .unauthorized)
        #expect(try await browser.delete("/api/v1/session").status == .noContent)
    }

    @Test("signing in gives a new session and ends the one that was there")
    func fixation() async throws {
        let fixture = try await WebFixture()
        let old = try await setUp(fixture)
        let answer = try await old.post("/api/v1/session", ["name": "Ada", "password": .string(password)])
        #expect(try #require(answer.sessionCookie).count >= 43)
        #expect(try await old.get("/api/v1/cameras").status == .unauthorized)
    }

    @Test("a session ends after half a day without use, and after a week in any case")
    func expiry() async throws {
        let fixture = try await WebFixture()
        let idle = try await fixture.browser(.viewer, name: "idle")
        let busy = try await fixture.browser(.viewer, name: "busy")
        for hour in stride(from: 0.0, to: 7 * 24, by: 6) {
            #expect(try await busy.get("/api/v1/rules").status == .ok, "after \(hour) hours")
            fixture.clock.advance(6 * 3600)
        }
        #expect(try await busy.get("/api/v1/rules").status == .unauthorized)
        #expect(try await idle.get("/api/v1/rules").status == .unauthorized)
    }

    @Test("a new password ends every session of the user but a new one of whoever changed it")
    func passwordChange() async throws {
        let fixture = try await WebFixture()
        let here = try await setUp(fixture)
        let elsewhere = WebClient(fixture, cookie: try await signIn(fixture).sessionCookie)
        let id = try #require(try await here.get("/api/v1/session").json["user"]["id"].string)
        let path = "/api/v1/users/\(id)/password"
        let wrong = try await here.post(path, ["current": "not my password", "password": "new password 123"])
        #expect(wrong.wrongFields == ["current"])
        #expect(try await here.post(path, ["password": "new password 123"]).wrongFields == ["current"])
        #expect(
            try await here.post(path, ["current": .string(password), "password": "short"]).wrongFields == ["password"])
        let done = try await here.post(path, ["current": .string(password), "password": "new password 123"])
        #expect(done.status == .noContent)
        for old in [here, elsewhere] { #expect(try await old.get("/api/v1/cameras").status == .unauthorized) }
        let new = WebClient(fixture, cookie: done.sessionCookie)
        #expect(try await new.get("/api/v1/cameras").status == .ok)
        #expect(try await signIn(fixture).status == .unauthorized)
        #expect(try await signIn(fixture, password: "new password 123").status == .ok)
    }

    @Test("an administrator gives another a new password without knowing the old one, a viewer cannot")
    func othersPassword() async throws {
        let fixture = try await WebFixture()
        let administrator = try await fixture.browser(.administrator)
        let viewer = try await fixture.browser(.viewer)
        let path = { (user: User?) in "/api/v1/users/\(user?.id.description ?? "")/password" }
        let new: JSONValue = ["password": "new password 123"]
        #expect(try await viewer.post(path(administrator.user), new).status == .forbidden)
        #expect(try await administrator.post(path(viewer.user), new).status == .noContent)
        #expect(try await viewer.get("/api/v1/cameras").status == .unauthorized)
        #expect(try await administrator.get("/api/v1/cameras").status == .ok)
    }

    @Test("tokens are stored as hashes, and neither tokens nor passwords are logged")
    func secrets() async throws {
        let fixture = try await WebFixture()
        _ = try await setUp(fixture)
        let cookie = try #require(try await signIn(fixture).sessionCookie)
        let stored = try await fixture.persistence.users.tokens(kind: .session)
        #expect(!stored.contains { $0.tokenHash.contains(cookie) })
        #expect(stored.contains { $0.tokenHash == AccessToken.hash(of: cookie) })
        #expect(!fixture.log.text.contains(cookie) && !fixture.log.text.contains(password))
    }
}
