import Domain
import Foundation
import HTTPServer
import HTTPTypes
import ObjectStorage
import TestSupport
import Testing

@testable import Web

@Suite("Observations and pictures over HTTP", .timeLimit(.minutes(10)))
struct PictureRoutesTests {
    @Test("observations come newest first, by camera, page by page")
    func list() async throws {
        let fixture = try await WebFixture()
        let (door, gate) = (try await fixture.savedCamera("Door"), try await fixture.savedCamera("Gate"))
        var all: [String] = []
        for index in 0..<6 {
            all.insert(
                try await fixture.recorded(index.isMultiple(of: 2) ? door.id : gate.id).snapshotID.description, at: 0)
            fixture.clock.advance(1)
        }
        let viewer = try await fixture.browser(.viewer)
        func page(_ query: String) async throws -> [String] {
            try await viewer.get("/api/v1/observations\(query)").json["observations"].elements
                .compactMap { $0["snapshot_id"].string }
        }
        #expect(try await page("") == all)
        #expect(try await page("?limit=2") == Array(all.prefix(2)))
        let before = JSON.text(of: WebFixture.start + 4)
        #expect(try await page("?before=\(before)&limit=2") == Array(all[2..<4]))
        #expect(try await page("?camera=\(gate.id)") == [all[0], all[2], all[4]])
    }

    @Test("a query that is wrong is refused at its field")
    func query() async throws {
        let viewer = try await WebFixture().browser(.viewer)
        let answer = try await viewer.get("/api/v1/observations?camera=x&before=yesterday&limit=100000")
        #expect(answer.status == .unprocessableContent)
        #expect(answer.wrongFields == ["camera", "before", "limit"])
        #expect(try await viewer.get("/api/v1/incidents?state=lost").wrongFields == ["state"])
    }

    @Test("a picture is given as it was stored, for the browser alone to keep")
    func picture() async throws {
        let fixture = try await WebFixture()
        let bytes = Data([0xFF, 0xD8, 1, 2, 3])
        let face = Face(
            box: Box(x: 1, y: 2, width: 3, height: 4), score: 0.5, mask: .wornIncorrectly, maskScore: 0.75,
            maskScores: [.wornIncorrectly: 0.75])
        let seen = try await fixture.recorded(CameraID(), faces: [face], picture: bytes)
        let viewer = try await fixture.browser(.viewer)
        let answer = try await viewer.get("/api/v1/snapshots/\(seen.snapshotID)/picture")
        #expect(answer.body == bytes)
        #expect(answer.response.headers["Content-Type"] == "image/jpeg")
        #expect(answer.response.headers["Cache-Control"] == "private, max-age=31536000, immutable")
        let shown = try await viewer.get("/api/v1/snapshots/\(seen.snapshotID)")
        #expect(shown.json["faces"][0]["box"] == [1, 2, 3, 4])
        #expect(shown.json["faces"][0]["mask_scores"] == ["mask_worn_incorrectly": 0.75])
        #expect(shown.json["object_key"] == .null)
        #expect(shown.response.headers["Cache-Control"] == "no-store")
    }

    @Test("a picture that retention has deleted is said to be gone")
    func gone() async throws {
        let fixture = try await WebFixture()
        let seen = try await fixture.recorded(CameraID())
        try await fixture.pictures.delete([seen.objectKey])
        let answer = try await fixture.browser(.viewer).get("/api/v1/snapshots/\(seen.snapshotID)/picture")
        #expect(answer.status == .notFound)
        #expect(answer.json["code"] == "picture_gone")
    }

    /// FAULTS.md X6.
    @Test(
        "no path from outside reaches the store",
        arguments: [
            "snapshots%2f..%2f..%2fweb.sqlite", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "0190",
            "'; DROP TABLE users;--",
            "{snapshot}",
        ])
    func traversal(_ name: String) async throws {
        let fixture = try await WebFixture()
        let viewer = try await fixture.browser(.viewer)
        for path in ["/api/v1/snapshots/\(name)/picture", "/api/v1/snapshots/\(name)"] {
            // A path that climbs is no request at all: the listener answers 400 before any route sees it.
            guard let answer = try? await viewer.get(path) else { continue }
            #expect(answer.status == .notFound)
        }
    }

    @Test("a picture that is sent is looked at")
    func detect() async throws {
        let fixture = try await WebFixture()
        let viewer = try await fixture.browser(.viewer)
        let good = try await viewer.send(.post, "/api/v1/detect", body: Data([0xFF, 0xD8]), type: "image/jpeg")
        #expect(good.status == .ok)
        #expect(good.json["faces"][0]["mask"] == "without_mask")
        #expect(good.json["timings_ms"].fields.count == 4)
        let bad = try await viewer.send(.post, "/api/v1/detect", body: Data("<html>".utf8), type: "image/jpeg")
        #expect(bad.status == .unprocessableContent)
        #expect(bad.json["code"] == "unknown_format")
        #expect(try await viewer.send(.post, "/api/v1/detect", body: Data(), type: "image/png").status == .badRequest)
    }

    @Test("only pictures may be large")
    func bodyLimits() async throws {
        let routes = try await WebFixture().web.router.routes
        let large = routes.filter { ($0.bodyLimit ?? 0) > 64 << 10 }
        #expect(large.map(\.path) == ["/api/v1/detect"])
        #expect(large.first?.bodyLimit == 32 << 20)
    }
}
