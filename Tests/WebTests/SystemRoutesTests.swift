import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Messaging
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Web

@Suite("The system over HTTP", .timeLimit(.minutes(10)))
struct SystemRoutesTests {
    @Test("every picture is accounted for, wherever it is")
    func conservation() async throws {
        let fixture = try await WebFixture()
        for index in 0..<5 {
            try await fixture.snapshots.publish(QueueMessage(id: "\(index)", body: Data("{}".utf8)))
        }
        let taken = try await fixture.snapshots.receive(atMost: 4, wait: .zero)
        let seen = try await fixture.recorded(CameraID())
        try await fixture.snapshots.acknowledge(taken[0])
        try await fixture.snapshots.deadLetter(
            taken[1], reason: DeadLetter.Reason(code: "expired", message: "It waited too long."))
        try await fixture.snapshots.deadLetter(
            taken[2], reason: DeadLetter.Reason(code: "picture_invalid", message: "No picture."))
        let viewer = try await fixture.browser(.viewer)
        let system = try await viewer.get("/api/v1/system").json
        #expect(
            system["counts"] == ["taken": 5, "observed": 1, "failed": 1, "in_flight": 2, "expired": 1])
        #expect(system["queues"][0]["name"] == "snapshots")
        #expect(system["queues"][0]["dead"] == 2)
        #expect(system["models"] == ["face-test/1", "mask-test/1"])
        #expect((system["storage"]["used_bytes"].number ?? 0) > 0)
        #expect(seen.faces.isEmpty)
    }

    @Test("a queue that keeps no totals is counted by what can be seen")
    func withoutTotals() {
        let depth = QueueDepth(ready: 3, inFlight: 2, dead: 1, oldest: nil)
        let count = ConservationCount(queues: [.init(depth: depth, totals: nil)], observed: 10)
        #expect(count.taken == 16)
        #expect(count.isExact)
    }

    @Test("a picture that got lost shows")
    func loss() {
        let depth = QueueDepth(ready: 1, inFlight: 0, dead: 0, oldest: nil)
        let totals = QueueTotals(published: 10, acknowledged: 9, failed: 0, expired: 0)
        #expect(!ConservationCount(queues: [.init(depth: depth, totals: totals)], observed: 8).isExact)
        #expect(ConservationCount(queues: [.init(depth: depth, totals: totals)], observed: 9).isExact)
    }

    @Test("dead letters are listed without their contents and can be revived")
    func deadLetters() async throws {
        let fixture = try await WebFixture()
        try await fixture.snapshots.publish(QueueMessage(id: "a", body: Data("{\"secret\":1}".utf8)))
        let delivery = try await fixture.snapshots.receive(atMost: 1, wait: .zero)[0]
        try await fixture.snapshots.deadLetter(delivery, reason: DeadLetter.Reason(code: "c", message: "m"))
        let browser = try await fixture.browser(.administrator)
        let list = try await browser.get("/api/v1/dead-letters")
        #expect(list.json["dead_letters"][0]["reason"] == ["code": "c", "message": "m"])
        #expect(!list.text.contains("secret"))
        #expect(try await browser.post("/api/v1/dead-letters/other/a/revive").status == .notFound)
        #expect(try await browser.post("/api/v1/dead-letters/snapshots/b/revive").status == .notFound)
        #expect(try await browser.post("/api/v1/dead-letters/snapshots/a/revive").status == .noContent)
        #expect(try await fixture.snapshots.depth().ready == 1)
        #expect(try await browser.get("/api/v1/dead-letters").json["dead_letters"] == [])
    }

    @Test("users are added and removed, but never the last administrator")
    func users() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator, name: "Ada")
        let input: JSONValue = ["name": "Grace", "role": "viewer", "password": "long enough!!"]
        let created = try await browser.post("/api/v1/users", input)
        #expect(created.status == .created)
        #expect(!created.text.contains("argon2"))
        #expect(try await browser.post("/api/v1/users", input).wrongFields == ["name"])
        let wrong: JSONValue = ["name": "a\nb", "role": "root", "password": "short"]
        #expect(try await browser.post("/api/v1/users", wrong).wrongFields == ["name", "role", "password"])
        let users = try await browser.get("/api/v1/users").json["users"].elements
        #expect(users.compactMap { $0["name"].string } == ["Ada", "Grace"])
        #expect(try await browser.delete("/api/v1/users/\(created.json["id"].string ?? "")").status == .noContent)
        let own = "/api/v1/users/\(browser.user?.id.description ?? "")"
        #expect(try await browser.delete(own).json["code"] == "last_administrator")
    }

    @Test("who is removed is out at once")
    func removedUser() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let viewer = try await fixture.browser(.viewer)
        #expect(try await viewer.get("/api/v1/rules").status == .ok)
        _ = try await browser.delete("/api/v1/users/\(viewer.user?.id.description ?? "")")
        #expect(try await viewer.get("/api/v1/rules").status == .unauthorized)
    }

    @Test("a machine's token works until it is revoked, and is shown once")
    func tokens() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let created = try await browser.post("/api/v1/tokens", ["name": "ci"])
        let token = try #require(created.json["token"].string)
        let machine = WebClient(fixture, bearer: token)
        #expect(try await machine.get("/api/v1/users").status == .ok)
        let list = try await browser.get("/api/v1/tokens")
        #expect(list.json["tokens"].elements.count == 1)
        #expect(!list.text.contains(token))
        #expect(WebClient(fixture, cookie: token).user == nil)
        #expect(try await WebClient(fixture, cookie: token).get("/api/v1/users").status == .unauthorized)
        let path = "/api/v1/tokens/\(created.json["id"].string ?? "")"
        #expect(try await browser.delete(path).status == .noContent)
        #expect(try await machine.get("/api/v1/users").status == .unauthorized)
        #expect(try await browser.delete(path).status == .notFound)
    }

    @Test("a session cannot be revoked as if it were a machine's token")
    func sessionIsNoToken() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let session = try await fixture.persistence.users.tokens(kind: .session)[0]
        #expect(try await browser.delete("/api/v1/tokens/\(session.id)").status == .notFound)
    }

    @Test("health, metrics and version need no sign-in")
    func open() async throws {
        let stranger = try await WebFixture().stranger()
        #expect(try await stranger.get("/healthz").status == .ok)
        #expect(try await stranger.get("/readyz").status == .ok)
        #expect(try await stranger.get("/metrics").text.contains("maskwatch_http_requests_total"))
        #expect(try await stranger.get("/api/v1/version").json == ["name": "Maskwatch", "version": "1.2.3"])
    }

    @Test("an unknown address and a wrong method are problems too")
    func unknown() async throws {
        let stranger = try await WebFixture().stranger()
        #expect(try await stranger.get("/api/v1/nothing").json["status"] == 404)
        let answer = try await stranger.delete("/api/v1/cameras")
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.response.headers["Allow"] == "GET, HEAD, POST")
        #expect(answer.response.headers["Content-Type"] == "application/problem+json")
    }
}
