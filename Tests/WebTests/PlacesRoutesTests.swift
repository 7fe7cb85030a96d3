import Domain
import Foundation
import HTTPTypes
import Messaging
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Web

@Suite("Sites, zones and statistics over HTTP", .timeLimit(.minutes(10)))
struct PlacesRoutesTests {
    @Test("a site is added, changed and removed, with a clock that there is")
    func sites() async throws {
        let fixture = try await WebFixture()
        let browser = try await fixture.browser(.administrator)
        var changes = fixture.broadcast.subscribe().makeAsyncIterator()
        let wrong = try await browser.post("/api/v1/sites", ["name": "", "time_zone": "Europe/Nowhere"])
        #expect(wrong.wrongFields == ["name", "time_zone"])
        let created = try await browser.post("/api/v1/sites", ["name": "Main street", "time_zone": "Europe/Madrid"])
        #expect(created.status == .created)
        #expect(await changes.next() == .sites)
        let path = "/api/v1/sites/\(created.json["id"].string ?? "")"
        let twin = try await browser.post("/api/v1/sites", ["name": "Main street", "time_zone": "Asia/Tokyo"])
        #expect(twin.wrongFields == ["name"])
        let changed = try await browser.put(path, ["name": "Harbour", "time_zone": "Asia/Tokyo"])
        #expect(changed.json["time_zone"] == "Asia/Tokyo")
        #expect(try await fixture.browser(.viewer).get("/api/v1/sites").json["sites"] == [changed.json])
        #expect(try await browser.delete(path).status == .noContent)
        #expect(try await browser.delete(path).status == .notFound)
        #expect(try await browser.put(path, ["name": "a", "time_zone": "GMT"]).status == .notFound)
    }

    @Test("zones are replaced as a whole, and one that keeps its identity stays the same zone")
    func zones() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera()
        let browser = try await fixture.browser(.administrator)
        let path = "/api/v1/cameras/\(camera.id)/zones"
        let triangle: JSONValue = [[0, 0], [1, 0], [0.5, 1]]
        let first = try await browser.put(
            path,
            [
                "zones": [
                    ["name": "Queue", "kind": "count", "polygon": triangle],
                    ["name": "Street", "kind": "blackout", "polygon": triangle],
                ]
            ])
        #expect(first.json["zones"].elements.map { $0["kind"] } == ["count", "blackout"])
        let id = first.json["zones"][0]["id"]
        let second = try await browser.put(
            path, ["zones": [["id": id, "name": "Till", "kind": "ignore", "polygon": triangle]]])
        #expect(second.json["zones"].elements.map { $0["id"] } == [id])
        #expect(try await fixture.browser(.viewer).get(path).json == second.json)
        #expect(try await browser.put("/api/v1/cameras/\(CameraID())/zones", ["zones": []]).status == .notFound)
    }

    @Test("a zone that encloses nothing, is unknown or has the name of another is refused at its field")
    func wrongZones() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera()
        let browser = try await fixture.browser(.administrator)
        func wrong(_ zones: JSONValue...) async throws -> [String] {
            try await browser.put("/api/v1/cameras/\(camera.id)/zones", ["zones": .array(zones)]).wrongFields
        }
        let triangle: JSONValue = [[0, 0], [1, 0], [0.5, 1]]
        for polygon: JSONValue in [
            [[0, 0], [1, 1]], [[0, 0], [2, 0], [1, 1]], [[0, 0], [0.5, 0.5], [1, 1]], "all", [[0]],
        ] {
            #expect(try await wrong(["name": "a", "kind": "count", "polygon": polygon]) == ["zones.0.polygon"])
        }
        let twin: JSONValue = ["name": "a", "kind": "count", "polygon": triangle]
        #expect(try await wrong(twin, twin) == ["zones"])
        let unknown: JSONValue = ["id": .string(UUID().uuidString), "name": "b", "kind": "count", "polygon": triangle]
        #expect(try await wrong(twin, unknown) == ["zones.1.id"])
        #expect(try await wrong(["name": "a", "kind": "hide", "polygon": triangle]) == ["zones.0.kind"])
        #expect(try await fixture.persistence.cameras.camera(camera.id)?.zones.isEmpty == true)
    }

    @Test("T1: the statistics of a site have the 23 or 25 hours of its day, and its days begin at its midnight")
    func clockChange() async throws {
        let fixture = try await WebFixture()
        let zone = try #require(TimeZone(identifier: "Europe/Madrid"))
        let site = Site(name: "Main street", timeZone: zone)
        try await fixture.persistence.sites.save(site)
        let viewer = try await fixture.browser(.viewer)
        func buckets(_ interval: String, _ from: String, _ to: String) async throws -> [JSONValue] {
            let query = "site=\(site.id)&interval=\(interval)&from=\(from)&to=\(to)"
            let answer = try await viewer.get("/api/v1/statistics?\(query)").json
            #expect(answer["time_zone"] == "Europe/Madrid")
            return answer["buckets"].elements.map { $0["start"] }
        }
        #expect(try await buckets("hour", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z").count == 23)
        #expect(try await buckets("hour", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z").count == 25)
        let days = try await buckets("day", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z")
        #expect(days == ["2026-10-23T22:00:00.000Z", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"])
    }

    @Test("the hours of the week and the table for spreadsheets are of what was asked for, and no cell is a formula")
    func weekAndTable() async throws {
        let fixture = try await WebFixture()
        let camera = try await fixture.savedCamera("=1+1")
        let start = try #require(JSON.date(from: "2026-05-27T10:00:00Z"))
        _ = try await fixture.persistence.observations.review(at: start) { _ in
            AnalysisPlan(counts: [
                StatisticsBucket(
                    cameraID: camera.id, interval: .hour, start: start,
                    counts: SightingCounts(pictures: 4, expected: 5, wornCorrectly: 3, without: 1))
            ])
        }
        let viewer = try await fixture.browser(.viewer)
        let query = "from=2026-05-25T00:00:00Z&to=2026-06-01T00:00:00Z"
        let week = try await viewer.get("/api/v1/statistics/week?\(query)").json
        let cells = week["cells"].elements.filter { $0["pictures"] != 0 }
        #expect(week["cells"].elements.count == 168 && cells.count == 1)
        #expect(cells[0]["weekday"] == 3 && cells[0]["hour"] == 10 && cells[0]["compliance"] == 0.75)
        let table = try await viewer.get("/api/v1/statistics/table?\(query)")
        #expect(table.response.headers["Content-Type"] == "text/csv; charset=utf-8")
        #expect(table.response.headers["Content-Disposition"]?.hasPrefix("attachment") == true)
        let lines = table.text.split(whereSeparator: \.isNewline)
        #expect(lines.count == 2 && lines[1].contains("'=1+1") && lines[1].hasSuffix("4,5,0,3,0,1,0,0.75"))
        let elsewhere = try await viewer.get("/api/v1/statistics/table?\(query)&camera=\(CameraID())")
        #expect(elsewhere.text.split(whereSeparator: \.isNewline).count == 1)
        #expect(try await viewer.get("/api/v1/statistics/week?site=\(SiteID())").wrongFields == ["site"])
    }
}
