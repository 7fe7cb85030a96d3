import Domain
import Foundation
import HTTPTypes
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Web

@Suite("What people say of incidents and pictures, and trials of rules, over HTTP", .timeLimit(.minutes(10)))
struct SayingsRoutesTests {
    @Test("comments are by name, in order, and a hundred at most")
    func comments() async throws {
        let fixture = try await WebFixture()
        let incident = try await IncidentRoutesTests.opened(fixture)
        let viewer = try await fixture.browser(.viewer, name: "Grace")
        let path = "/api/v1/incidents/\(incident.id)/comments"
        #expect(try await viewer.get(path).json["comments"] == [])
        #expect(try await viewer.post(path, ["text": " "]).wrongFields == ["text"])
        for number in 1...100 {
            #expect(try await viewer.post(path, ["text": .string("note \(number)")]).status == .created)
        }
        #expect(try await viewer.post(path, ["text": "one more"]).wrongFields == ["text"])
        let shown = try await viewer.get(path).json["comments"].elements
        #expect(shown.count == 100 && shown[0]["text"] == "note 1" && shown[99]["author"] == "Grace")
        #expect(try await viewer.post("/api/v1/incidents/\(IncidentID())/comments", ["text": "a"]).status == .notFound)
    }

    @Test("a false alarm is said and taken back; an incident shows how its messages fare on every channel")
    func falseAlarm() async throws {
        let fixture = try await WebFixture()
        try await fixture.persistence.channels.save(.webhook("desk"))
        let incident = try await IncidentRoutesTests.opened(fixture)
        let viewer = try await fixture.browser(.viewer, name: "Grace")
        let path = "/api/v1/incidents/\(incident.id)"
        #expect(try await viewer.post("\(path)/false-alarm", ["false_alarm": true]).json["false_alarm_by"] == "Grace")
        #expect(try await viewer.post("\(path)/false-alarm", ["false_alarm": false]).json["false_alarm_at"] == .null)
        var message = try #require(try await fixture.persistence.outbox.due(at: .distantFuture, limit: 1).first)
        message.attempts = 1
        message.lastError = "the receiver answered 503"
        try await fixture.persistence.outbox.update(message)
        let told = try await viewer.get("\(path)/notifications").json["notifications"].elements
        #expect(told.map { $0["state"] } == ["pending"] && told[0]["last_error"] == "the receiver answered 503")
    }

    @Test("a picture is corrected, the correction shown and taken back; boxes must lie in the picture")
    func corrections() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera()
        let seen = try await fixture.recorded(camera.id)
        let viewer = try await fixture.browser(.viewer, name: "Grace")
        let path = "/api/v1/snapshots/\(seen.snapshotID)/correction"
        #expect(try await viewer.get(path).status == .notFound)
        let wrong = try await viewer.put(
            path,
            [
                "faces": [
                    ["box": [0, 0, 0, 4], "mask": "unknown"], ["box": [64, 0, 4, 4], "mask": "unknown"],
                    ["box": [1, 2, 3], "mask": "maybe"],
                ]
            ])
        #expect(Set(wrong.wrongFields) == ["faces.0.box", "faces.1.box", "faces.2.box", "faces.2.mask"])
        let saved = try await viewer.put(path, ["faces": [["box": [1, 2, 30.5, 40], "mask": "without_mask"]]])
        #expect(saved.json["corrected_by"] == "Grace")
        #expect(try await viewer.get(path).json == saved.json)
        #expect(try await viewer.delete(path).status == .noContent)
        #expect(try await viewer.delete(path).status == .notFound)
        let unknown = "/api/v1/snapshots/\(SnapshotID())/correction"
        #expect(try await viewer.put(unknown, ["faces": []]).status == .notFound)
    }

    @Test("a rule is tried on the pictures of the past without being saved, and asleep it would have raised the same")
    func dryRun() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera()
        for tick in 0..<6 {
            let face = Face(
                box: Box(x: 1, y: 2, width: 3, height: 4), score: 0.9, mask: .without, maskScore: 0.9, maskScores: [:])
            _ = try await fixture.recorded(camera.id, faces: tick % 3 == 2 ? [] : [face])
            fixture.clock.advance(5)
        }
        let browser = try await fixture.browser(.administrator)
        let rule: [String: JSONValue] = [
            "name": "Masks", "confirmation": ["pictures": 2], "release": ["pictures": 1], "limits": ["cool_down": 0],
        ]
        let found = try await browser.post("/api/v1/rules/dry-run", .object(["days": 1, "rule": .object(rule)]))
        #expect(found.status == .ok)
        #expect(found.json["pictures"] == 6 && found.json["count"] == 2 && found.json["messages"] == 4)
        #expect(found.json["incidents"].elements.allSatisfy { $0["camera_id"] == .string(camera.id.description) })
        #expect(try await browser.get("/api/v1/rules").json["rules"] == [])
        #expect(
            try await browser.post("/api/v1/rules/dry-run", ["days": 99, "rule": ["name": ""]]).status
                == .unprocessableContent)
    }

    @Test("a rule is put to sleep until a moment, and woken")
    func snooze() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        let created = try await browser.post("/api/v1/rules", ["name": "Masks"])
        let path = "/api/v1/rules/\(created.json["id"].string ?? "")"
        let until = JSON.text(of: fixture.clock.now + 3600)
        let asleep = try await browser.put(path, ["name": "Masks", "snoozed_until": .string(until)])
        #expect(asleep.json["snoozed_until"] == .string(until))
        #expect(try await browser.put(path, ["name": "Masks"]).json["snoozed_until"] == .string(until), "it stays")
        #expect(try await browser.put(path, ["name": "Masks", "snoozed_until": .null]).json["snoozed_until"] == .null)
        #expect(
            try await browser.put(path, ["name": "Masks", "snoozed_until": "soon"]).wrongFields == ["snoozed_until"])
    }
}
