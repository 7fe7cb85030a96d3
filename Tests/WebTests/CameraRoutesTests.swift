import Domain
import Foundation
import HTTPTypes
import Messaging
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Web

@Suite("Cameras over HTTP", .timeLimit(.minutes(10)))
struct CameraRoutesTests {
    private let canary = "s3cr3t-CANARY"
    private let source: JSONValue = ["address": "rtsp://10.0.0.1/a", "username": "u", "password": "s3cr3t-CANARY"]

    @Test("a camera is added, shown, changed and removed, and everybody is told")
    func lifecycle() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        var changes = fixture.broadcast.subscribe().makeAsyncIterator()
        let created = try await browser.post("/api/v1/cameras", ["name": "Door", "source": source])
        #expect(created.status == .created)
        let id = try #require(created.json["id"].string)
        #expect(await changes.next() == CameraID(id).map { .camera($0) })
        #expect(
            created.json["source"] == [
                "address": "rtsp://10.0.0.1/a", "username": "u", "has_password": true, "transport": "tcp",
            ])
        #expect(created.json["status"] == .null)
        #expect(created.json["sampling"] == ["every": 5, "shots": 1, "spacing": 0.5, "mode": "auto"])
        fixture.clock.advance(60)
        let changed = try await browser.put(
            "/api/v1/cameras/\(id)",
            [
                "name": "Gate", "source": ["address": "rtsp://10.0.0.1/b"], "sampling": ["every": 2],
                "is_enabled": false,
            ])
        #expect(changed.status == .ok)
        #expect(changed.json["source"]["has_password"] == true)
        #expect(changed.json["sampling"]["every"] == 2)
        #expect(changed.json["created_at"] == created.json["created_at"])
        #expect(changed.json["updated_at"] != created.json["updated_at"])
        let stored = try await fixture.persistence.cameras.cameras()
        #expect(stored.first?.source.password?.reveal() == canary)
        #expect(try await browser.get("/api/v1/cameras/\(id)").json == changed.json)
        #expect(try await browser.get("/api/v1/cameras").json["cameras"] == [changed.json])
        #expect(try await browser.delete("/api/v1/cameras/\(id)").status == .noContent)
        for method in [HTTPMethod.get, .delete] {
            #expect(try await browser.send(method, "/api/v1/cameras/\(id)").status == .notFound)
        }
    }

    @Test("a password is never given back, in no answer and no log line")
    func password() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let created = try await browser.post("/api/v1/cameras", ["name": "Door", "source": source])
        let id = created.json["id"].string ?? ""
        fixture.camera.fail(CameraFailure(.unauthorized, "The camera refused the user name or the password."))
        let answers = [
            created, try await browser.get("/api/v1/cameras"), try await browser.get("/api/v1/cameras/\(id)"),
            try await browser.post("/api/v1/cameras/probe", ["source": source]),
            try await browser.post(
                "/api/v1/cameras", ["name": "x", "source": ["address": "rtsp://u:s3cr3t-CANARY@:0/"]]),
            try await browser.put("/api/v1/cameras/\(id)", ["name": "", "source": source]),
        ]
        for answer in answers { #expect(!answer.text.contains(canary)) }
        #expect(!fixture.log.text.contains(canary))
    }

    @Test("a list shows what each camera saw last and how it does")
    func latest() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera()
        let seen = try await fixture.recorded(camera.id)
        let leases = try await fixture.persistence.leases.renew(worker: WorkerID(), capacity: 10, life: 30)
        let status = CameraStatus(
            state: .degraded, reason: CameraFailure(.late, "Pictures are late."), since: fixture.clock.now,
            stream: StreamDescription(codec: "h264", width: 64, height: 48), taken: 3, skipped: 1,
            rejected: ["grey": 2])
        try await fixture.persistence.leases.report(
            leases.map { CameraReport(cameraID: camera.id, token: $0.token, status: status) })
        let viewer = try await fixture.browser(.viewer)
        let shown = try await viewer.get("/api/v1/cameras").json["cameras"][0]
        #expect(shown["latest"]["snapshot_id"].string == seen.snapshotID.description)
        #expect(shown["status"]["reason"]["code"] == "late")
        #expect(shown["status"]["rejected"] == ["grey": 2])
    }

    @Test("a name can be given only once, and the field says so")
    func nameTaken() async throws {
        let fixture = try await WebFixture()
        _ = try await fixture.savedCamera("Door")
        let browser = try await fixture.browser(.administrator)
        let answer = try await browser.post("/api/v1/cameras", ["name": "Door", "source": source])
        #expect(answer.status == .unprocessableContent)
        #expect(answer.wrongFields == ["name"])
    }

    @Test("a refused address is worth a line in the log")
    func audit() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let answer = try await browser.post(
            "/api/v1/cameras", ["name": "x", "source": ["address": "file:///etc/passwd"]])
        #expect(answer.wrongFields == ["source.address"])
        #expect(fixture.log.text.contains("camera address refused"))
        #expect(fixture.camera.opened.isEmpty)
    }

    @Test(
        "what is no JSON object is refused",
        arguments: ["", "{", "[]", "\"a\"", "null", "{\"a\":", "\u{0}"])
    func notJSON(_ body: String) async throws {
        let browser = try await WebFixture().browser(.administrator)
        let answer = try await browser.send(
            .post, "/api/v1/cameras", body: Data(body.utf8), type: "application/json; charset=utf-8")
        #expect(answer.status == .badRequest)
    }

    @Test("JSON as deep as a body allows is refused and harms nothing")
    func deepJSON() async throws {
        let browser = try await WebFixture().browser(.administrator)
        for opening in ["[", "{\"a\":"] {
            let body = Data(String(repeating: opening, count: 10_000).utf8)
            let answer = try await browser.send(.post, "/api/v1/cameras", body: body, type: "application/json")
            #expect(answer.status == .badRequest)
        }
    }

    @Test(
        "a test of a camera gives its picture and its stream, and saves nothing")
    func probe() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let answer = try await browser.post("/api/v1/cameras/probe", ["source": source])
        #expect(answer.status == .ok)
        #expect(answer.json["stream"]["codec"] == "h264")
        let picture = try #require(answer.json["picture"].string)
        let encoded = try #require(picture.split(separator: ",").last)
        #expect(picture.hasPrefix("data:image/jpeg;base64,"))
        #expect(Data(base64Encoded: String(encoded))?.starts(with: [0xFF, 0xD8]) == true)
        #expect(fixture.camera.opened.first?.password?.reveal() == canary)
        #expect(try await fixture.persistence.cameras.cameras().isEmpty)
    }

    @Test("a test of a stored camera uses its password, but only at its server")
    func probeStored() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera(password: canary)
        let browser = try await fixture.browser(.administrator)
        func probe(_ address: String) async throws -> WebClient.Answer {
            try await browser.post(
                "/api/v1/cameras/probe",
                ["camera_id": .string(camera.id.description), "source": ["address": .string(address)]])
        }
        #expect(try await probe("rtsp://10.0.0.1/other").status == .ok)
        #expect(fixture.camera.opened.map { $0.password?.reveal() } == [canary])
        #expect(try await probe("rtsp://192.0.2.66/a").wrongFields == ["source.password"])
        #expect(fixture.camera.opened.count == 1)
    }

    @Test("a test that fails says why, in a word and a sentence", arguments: CameraFailure.Code.allCases)
    func probeFailure(_ code: CameraFailure.Code) async throws {
        let fixture = try await WebFixture()
        fixture.camera.fail(CameraFailure(code, "A sentence."))
        let browser = try await fixture.browser(.administrator)
        let answer = try await browser.post("/api/v1/cameras/probe", ["source": source])
        #expect(answer.status == .unprocessableContent)
        #expect(answer.json["code"].string == code.rawValue)
        #expect(answer.json["detail"] == "A sentence.")
    }
}
