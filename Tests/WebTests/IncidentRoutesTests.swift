import Domain
import Foundation
import HTTPTypes
import Messaging
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Web

@Suite("Incidents and rules over HTTP", .timeLimit(.minutes(10)))
struct IncidentRoutesTests {
    static func opened(_ fixture: WebFixture) async throws -> Incident {
        let rule = Rule(name: "Masks")
        try await fixture.persistence.rules.save(rule)
        let camera = try await fixture.savedCamera()
        let id = SnapshotID(at: fixture.clock.now)
        let incident = Incident(
            id: IncidentID(at: fixture.clock.now), ruleID: rule.id, ruleName: rule.name, cameraID: camera.id,
            severity: .warning, openedAt: fixture.clock.now, updatedAt: fixture.clock.now, peakFaces: 2, pictures: 3,
            evidence: id)
        let observation = Observation(
            snapshotID: id, cameraID: camera.id, takenAt: fixture.clock.now,
            objectKey: .snapshot(id, camera: camera.id),
            width: 1, height: 1, faces: [])
        let buckets = [BucketStart(interval: .hour, start: WebFixture.start)]
        _ = try await fixture.persistence.observations.record(observation, in: buckets) { _, progress in
            RuleDecision(
                progress: progress, events: [.init(event: .opened, incident: incident, notifies: true)])
        }
        return incident
    }

    @Test("an incident is listed, shown and acknowledged by name, once")
    func incidents() async throws {
        let fixture = try await WebFixture()
        let incident = try await Self.opened(fixture)
        let viewer = try await fixture.browser(.viewer, name: "Grace")
        let path = "/api/v1/incidents/\(incident.id)"
        #expect(try await viewer.get("/api/v1/incidents?state=open").json["incidents"].elements.count == 1)
        #expect(try await viewer.get("/api/v1/incidents?state=closed").json["incidents"] == [])
        #expect(try await viewer.get(path).json["closed_at"] == .null)
        let acknowledged = try await viewer.post("\(path)/acknowledge")
        #expect(acknowledged.json["acknowledged_by"] == "Grace")
        fixture.clock.advance(60)
        let again = try await fixture.browser(.administrator).post("\(path)/acknowledge")
        #expect(again.json == acknowledged.json)
        #expect(try await viewer.post("/api/v1/incidents/\(IncidentID())/acknowledge").status == .notFound)
    }

    @Test("statistics are given by interval, with the share of correct masks")
    func statistics() async throws {
        let fixture = try await WebFixture()
        _ = try await Self.opened(fixture)
        let viewer = try await fixture.browser(.viewer)
        fixture.clock.advance(60)
        let shown = try await viewer.get("/api/v1/statistics").json
        #expect(shown["interval"] == "hour")
        #expect(shown["buckets"].elements.count == 25, "whole hours, those without pictures too")
        #expect(shown["buckets"][24]["pictures"] == 1)
        #expect(shown["buckets"][23]["pictures"] == 0)
        #expect(shown["buckets"][24]["compliance"] == .null)
    }

    @Test("statistics that would be too long or end before they begin are refused")
    func tooLong() async throws {
        let viewer = try await WebFixture().browser(.viewer)
        let long = "interval=minute&from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"
        #expect(try await viewer.get("/api/v1/statistics?\(long)").wrongFields == ["interval"])
        let backwards = "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"
        #expect(try await viewer.get("/api/v1/statistics?\(backwards)").wrongFields == ["from"])
    }

    @Test("a rule is added, changed and removed")
    func rules() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera()
        let browser = try await fixture.browser(.administrator)
        let created = try await browser.post("/api/v1/rules", ["name": "Masks"])
        #expect(created.status == .created)
        #expect(created.json["cameras"] == .null)
        let path = "/api/v1/rules/\(created.json["id"].string ?? "")"
        let changed = try await browser.put(
            path,
            [
                "name": "Kitchen", "cameras": [.string(camera.id.description)],
                "condition": ["kind": "faces", "minimum_faces": 2, "counts_incorrect": true],
                "confirmation": ["pictures": 4, "of": 6], "release": ["seconds": 30], "severity": "critical",
                "is_enabled": false, "limits": ["per_hour": 4],
                "schedule": ["weekly": [["weekday": 1, "from": "08:30", "to": "18:00"]], "holidays": ["2026-12-24"]],
            ])
        #expect(changed.json["cameras"] == [.string(camera.id.description)])
        #expect(changed.json["severity"] == "critical")
        #expect(try await browser.put(path, ["name": "Kitchen", "cameras": .null]).json["cameras"] == .null)
        let shown = try await browser.get(path).json
        #expect(shown["condition"]["release_faces"] == 1)
        #expect(shown["confirmation"] == ["pictures": 4, "of": 6])
        #expect(shown["release"] == ["seconds": 30])
        #expect(shown["limits"] == ["cool_down": 300, "per_hour": 4])
        #expect(shown["schedule"]["weekly"] == [["weekday": 1, "from": "08:30", "to": "18:00"]])
        let always = try await browser.put(path, ["name": "Kitchen", "schedule": .null])
        #expect(always.json["schedule"] == .null)
        #expect(try await browser.delete(path).status == .noContent)
        #expect(try await browser.get("/api/v1/rules").json["rules"] == [])
    }

    @Test("a rule that makes no sense is refused at its fields")
    func ruleErrors() async throws {
        let browser = try await WebFixture().browser(.administrator)
        let answer = try await browser.post(
            "/api/v1/rules",
            [
                "name": "", "cameras": [.string(UUID().uuidString)], "zones": [.string(UUID().uuidString)],
                "condition": ["kind": "faces", "minimum_faces": 0, "counts_incorrect": "yes"],
                "confirmation": ["pictures": 101], "release": ["pictures": 3, "of": 2], "severity": "huge",
                "is_enabled": 1, "limits": ["per_hour": 0],
                "schedule": [
                    "weekly": [["weekday": 8, "from": "8:30", "to": "25:00"]], "holidays": ["2026-02-30"],
                    "override": ["is_active": true],
                ],
            ])
        #expect(
            Set(answer.wrongFields) == [
                "name", "cameras", "zones", "condition.minimum_faces", "condition.counts_incorrect",
                "confirmation.pictures", "release.of", "severity", "is_enabled", "limits.per_hour",
                "schedule.weekly.0.weekday", "schedule.weekly.0.from", "schedule.weekly.0.to", "schedule.holidays",
                "schedule.override.until",
            ])
        for cameras: JSONValue in [[], ["x"], "all", [1]] {
            let answer = try await browser.post("/api/v1/rules", ["name": "a", "cameras": cameras])
            #expect(answer.wrongFields == ["cameras"])
        }
    }
}
