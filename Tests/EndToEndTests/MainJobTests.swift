import Foundation
import TestSupport
import Testing

/// The main job as a user does it: set up, add cameras, look at the page, get told; then nothing secret is anywhere.
@Suite(
    "Maskwatch as a user starts it", .serialized,
    .enabled(if: Requirements.areMet, "\(Requirements.missing.joined(separator: "; "))"))
struct MainJobTests {
    @Test(
        "counts the faces of three cameras exactly, raises and closes an incident, tells of it, and keeps its secrets")
    func mainJob() async throws {
        let scratch = try ScratchDirectory()
        let cameras = try await SimulatedCameras.start(in: scratch.url)
        let sink = try await WebhookSink.start(in: scratch.url)
        let server = MaskwatchServer(in: scratch.url)
        try await server.start()
        let link = try await server.setupLink()
        try await server.setUp()
        #expect(
            try await server.call("POST", "/api/v1/setup", ["token": link, "name": "x", "password": "y"]).status >= 400)

        try await probe(cameras, server)
        try await addRule(server)
        try await addChannel(sink, server)
        let ids = try await server.add(cameras, every: 2)
        try await waitForIncident(server, camera: ids["changing"] ?? "")
        let page = try await lookAtPage(server, in: scratch.url)
        try await checkOpenIncident(server, camera: ids["mixed"] ?? "")
        try await server.drain(cameras, ids: ids)

        try await checkFaces(server, ids)
        try await checkIncidents(server, sink, camera: ids["changing"] ?? "")
        await print("end-to-end: resident size \(server.residentBytes / 1_048_576) MB with three cameras")
        let processes = await Processes.familyOf(server.identifier)
        try await server.stop()
        try await checkSecrets(server, page: page, processes: processes)
        _ = cameras.process
    }

    /// "Test" before saving: a picture with the right password, a clear reason with a wrong one.
    private func probe(_ cameras: SimulatedCameras, _ server: MaskwatchServer) async throws {
        let camera = SimulatedCameras.three[2]
        var source = MaskwatchServer.source(camera, address: cameras.addresses[camera.name] ?? "")
        let right = try await server.call("POST", "/api/v1/cameras/probe", ["source": source])
        try #require(right.status == 200, "\(right.text.prefix(500))")
        let result = try right.decoded(Answers.Probe.self)
        #expect(result.picture.hasPrefix("data:image/jpeg;base64,"))
        #expect(result.stream.width == 1280 && result.stream.height == 720)
        source["password"] = "wrong"
        let wrong = try await server.call("POST", "/api/v1/cameras/probe", ["source": source])
        #expect(wrong.status == 422)
        #expect(try wrong.decoded(Answers.Problem.self).code == "unauthorized")
    }

    /// The only rule: one face without a mask in two pictures in a row; two pictures without one end it.
    private func addRule(_ server: MaskwatchServer) async throws {
        for rule in try await server.get(Answers.Rules.self, "/api/v1/rules").rules {
            #expect(try await server.call("DELETE", "/api/v1/rules/\(rule.id)").status == 204)
        }
        let rule: [String: any Sendable] = [
            "name": "Face without mask", "condition": ["kind": "faces", "minimum_faces": 1] as [String: any Sendable],
            "confirmation": ["pictures": 2], "release": ["pictures": 2], "severity": "warning",
            "limits": ["cool_down": 0],
        ]
        _ = try await server.create("/api/v1/rules", rule)
    }

    private func addChannel(_ sink: WebhookSink, _ server: MaskwatchServer) async throws {
        let channel: [String: any Sendable] = [
            "name": "Sink", "kind": "webhook", "settings": ["address": sink.address], "is_enabled": true,
        ]
        let answer = try await server.call("POST", "/api/v1/channels", channel)
        try #require(answer.status == 201, "\(answer.text)")
        try await sink.verify(with: answer.decoded(Answers.Channel.self).secret)
    }

    /// Until the camera that changes has had an incident from beginning to end and every camera at least ten pictures.
    private func waitForIncident(_ server: MaskwatchServer, camera: String) async throws {
        try await until("an incident opens and closes, and every camera has ten observations", within: 300) {
            let closed = try await server.get(
                Answers.Incidents.self, "/api/v1/incidents?state=closed&camera=\(camera)&limit=100"
            ).incidents
            let cameras = try await server.get(Answers.Cameras.self, "/api/v1/cameras").cameras
            guard !closed.isEmpty else { return false }
            for camera in cameras where try await server.observations(of: camera.id).count < 10 { return false }
            return true
        }
    }

    /// Signs in by the form, as the user does, and reads what the wall and the list of incidents show.
    private func lookAtPage(_ server: MaskwatchServer, in folder: URL) async throws -> String {
        let browser = try await Browser.start(in: folder)
        try await browser.open(await server.address + "/")
        try await until("the sign-in form is there", within: 60) {
            try await browser.evaluate(Int.self, "return document.querySelectorAll('form input').length") == 2
        }
        try await browser.type(MaskwatchServer.administrator, into: "form input[autocomplete=username]")
        try await browser.type(MaskwatchServer.password, into: "form input[type=password]")
        try await browser.click("form button[type=submit]")
        let expected = [["mask_worn_correctly": 2, "without_mask": 1], ["mask_worn_correctly": 2]]
        try await until("the wall shows the faces of the cameras that do not change", within: 90) {
            let tiles = try await browser.evaluate([String: [String: Int]].self, Self.tiles)
            return [tiles["mixed"], tiles["masked"]] == expected
        }
        try await until("the wall shows the camera that changes with and without", within: 90) {
            try await browser.evaluate([String: [String: Int]].self, Self.tiles)["changing"] == ["without_mask": 1]
        }
        try await until("and then masked again, without loading the page anew", within: 90) {
            try await browser.evaluate([String: [String: Int]].self, Self.tiles)["changing"] == [
                "mask_worn_correctly": 2
            ]
        }
        var source = try await browser.source()
        try await browser.open(await server.address + "/#/incidents")
        try await until("the page lists incidents of the changing camera", within: 60) {
            let rows = try await browser.evaluate(
                [String].self, "return [...document.querySelectorAll('ul.rows > li')].map(row => row.textContent)")
            return rows.contains { $0.contains("changing") } && rows.contains { $0.contains("mixed") }
        }
        source += try await browser.source()
        try await browser.open(await server.address + "/#/cameras")
        try await until("the page lists the cameras", within: 60) {
            try await browser.source().contains("changing")
        }
        source += try await browser.source()
        try await browser.close()
        return source
    }

    /// Faces by state on each tile of the wall.
    private static let tiles = """
        const states = {
          worn_correctly: 'mask_worn_correctly', worn_incorrectly: 'mask_worn_incorrectly',
          without: 'without_mask', unknown: 'unknown'};
        return Object.fromEntries([...document.querySelectorAll('.tile')].map(tile => [
          tile.querySelector('.tile-name').textContent.trim(),
          [...tile.querySelectorAll('.face')].reduce((counts, face) => {
            const state = Object.keys(states).find(name => face.classList.contains(name));
            counts[states[state]] = (counts[states[state]] || 0) + 1;
            return counts;
          }, {})]));
        """

    /// Every picture of every camera has exactly the faces that are in it; statistics and database say the same.
    private func checkFaces(_ server: MaskwatchServer, _ ids: [String: String]) async throws {
        let database = try StoredTruth(in: server.data)
        for (name, id) in ids {
            let observations = try await server.observations(of: id)
            #expect(observations.count >= 10)
            for observation in observations {
                #expect(SimulatedCameras.faces[name]?.contains(observation.counts) == true, "\(name): \(observation)")
            }
            let sums = observations.reduce(into: [String: Int]()) { $0.merge($1.counts, uniquingKeysWith: +) }
            #expect(try database.faces(camera: id) == sums, "\(name) in the database")
            let buckets = try await server.get(
                Answers.Statistics.self, "/api/v1/statistics?camera=\(id)&interval=hour"
            ).buckets
            #expect(buckets.map(\.pictures).reduce(0, +) == observations.count, "\(name): pictures in the statistics")
            #expect(buckets.map(\.wornCorrectly).reduce(0, +) == sums["mask_worn_correctly", default: 0])
            #expect(buckets.map(\.without).reduce(0, +) == sums["without_mask", default: 0])
            #expect(buckets.map(\.unknown).reduce(0, +) == 0)
        }
    }

    /// The mixed camera always shows a face without a mask: its incident stays open as long as the camera is watched.
    private func checkOpenIncident(_ server: MaskwatchServer, camera: String) async throws {
        let incidents = try await server.get(Answers.Incidents.self, "/api/v1/incidents?camera=\(camera)").incidents
        #expect(incidents.map(\.state) == ["open"])
    }

    private func checkIncidents(_ server: MaskwatchServer, _ sink: WebhookSink, camera: String) async throws {
        let incidents = try await server.get(Answers.Incidents.self, "/api/v1/incidents?limit=100").incidents
        let changing = incidents.filter { $0.cameraId == camera }
        #expect(changing.contains { $0.state == "closed" && $0.peakFaces == 1 })
        #expect(incidents.contains { $0.cameraId != camera }, "the mixed camera's")
        #expect(try StoredTruth(in: server.data).incidents() == incidents.count)
        let opened = incidents.count
        let closed = incidents.filter { $0.state == "closed" }.count
        try await until("the webhook was told of every incident", within: 60) {
            let types = try await sink.requests().map(\.event.type)
            return types.filter { $0.contains("opened") }.count == opened
                && types.filter { $0.contains("closed") }.count == closed
        }
        #expect(try await sink.requests().allSatisfy { $0.isSigned })
    }

    /// X8 of the fault list: the camera's password is nowhere but sealed in the database.
    private func checkSecrets(_ server: MaskwatchServer, page: String, processes: String) async throws {
        var places = ["the page": Data(page.utf8), "the processes": Data(processes.utf8)]
        places["the API's answers"] = await server.answers
        places["the log"] = Data(await server.output.utf8)
        for file in try FileManager.default.subpathsOfDirectory(atPath: server.data.path) {
            places[file] = try? Data(contentsOf: server.data.appending(path: file))
        }
        #expect(places.count > 10)
        let canary = Data(SimulatedCameras.canary.utf8)
        for (place, content) in places {
            #expect(content.range(of: canary) == nil, "the camera's password is in \(place)")
            #expect(
                content.range(of: canary.base64EncodedData()) == nil, "the camera's password, base64, is in \(place)")
        }
    }
}
