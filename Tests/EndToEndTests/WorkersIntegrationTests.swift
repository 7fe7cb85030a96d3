import Foundation
import TestSupport
import Testing

/// Many processes that share a broker, a database and a folder of pictures, and that are killed one by one.
@Suite(
    "Workers as processes of their own", .serialized,
    .enabled(if: SharedServers.missing.isEmpty, "\(SharedServers.missing.joined(separator: "; "))"))
struct WorkersIntegrationTests {
    static let kills = 20
    /// How long some hang: more than a lease lives and two heartbeats of the broker take.
    static let hang = Duration.seconds(45)

    /// FAULTS.md, W1, W2 and W4 together.
    @Test("lose no picture and count none twice while they are killed, told to stop, hang, and are replaced")
    func conservation() async throws {
        let scratch = try ScratchDirectory()
        let servers = try await SharedServers.create()
        let settings = [
            "MASKWATCH_DATABASE_URL": servers.database, "MASKWATCH_QUEUE_URL": servers.queue,
            "MASKWATCH_STORAGE_URL": "file://\(scratch.path("objects"))",
            "MASKWATCH_SECURITY_SECRET_KEY": Data((0..<32).map { _ in UInt8.random(in: 0...255) })
                .base64EncodedString(),
            "MASKWATCH_SITE_TIME_ZONE": "UTC",
        ]
        let cameras = try await SimulatedCameras.start(in: scratch.url)
        let server = MaskwatchServer(in: scratch.url, role: "web", settings: settings)
        try await server.start()
        try await server.setUp()
        let fleet = Fleet(in: scratch.url, settings: settings)
        for role in Fleet.roles { try await fleet.start(role) }
        let ids = try await server.add(cameras, every: 1)
        try await until("the first pictures are observed", within: 180) {
            try await server.get(Answers.System.self, "/api/v1/system").counts.observed > 0
        }
        try await killAndReplace(fleet)
        try await server.waitForNewPictures()
        try await server.drain(cameras, ids: ids)
        let failures = await fleet.failures
        #expect(failures.isEmpty, "no worker ended by itself")
        try await check(servers, pictures: scratch.url, ids: ids, server)
        try await fleet.stopAll()
        try await server.stop()
        try await servers.remove()
        _ = cameras.process
    }

    private func killAndReplace(_ fleet: Fleet) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        try await fleet.freeze(["grabber", "processor", "analyzer"])
        let frozen = ContinuousClock.now
        for kill in 1...Self.kills {
            // Any moment of steady work. A wait, not a deadline.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...3000, using: &random)))
            let name = try await fleet.replaceOne(using: &random)
            print("end-to-end: ended \(name), \(kill) of \(Self.kills) (seed \(seed))")
        }
        try await Task.sleep(until: frozen + Self.hang)
        await fleet.thaw()
    }

    private func check(
        _ servers: SharedServers, pictures folder: URL, ids: [String: String], _ server: MaskwatchServer
    ) async throws {
        // A grabber that hung, or died, may have left one in its spool, where the next one finds it.
        try await until("no picture waits in a spool", within: 120) {
            try Self.pictures(in: folder.appending(path: "machine")).isEmpty
        }
        let pictures = try Self.pictures(in: folder.appending(path: "objects"))
        var counts = try await server.get(Answers.System.self, "/api/v1/system").counts
        try? await until("every stored picture is dealt with", within: 120) {
            counts = try await server.get(Answers.System.self, "/api/v1/system").counts
            return counts.observed + counts.failed + counts.expired >= pictures.count
        }
        let observed = try await servers.observed()
        print("end-to-end: \(pictures.count) pictures stored, \(observed.count) observed; the API says \(counts)")
        #expect(Set(observed).count == observed.count, "a snapshot is observed once")
        #expect(counts.taken == counts.observed + counts.failed + counts.inFlight + counts.expired)
        #expect(counts.observed == observed.count)
        #expect(Set(pictures).subtracting(observed).count == counts.failed + counts.expired, "none is lost")
        #expect(Set(observed).subtracting(pictures).isEmpty, "every observation has its picture")
        // Every single observation is one that a run without faults gives.
        for (name, id) in ids {
            let observations = try await server.observations(of: id)
            #expect(!observations.isEmpty)
            for observation in observations {
                #expect(SimulatedCameras.faces[name]?.contains(observation.counts) == true, "\(name): \(observation)")
            }
        }
    }

    /// Names of the pictures below a folder.
    private static func pictures(in folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jpg") }
            .map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
    }
}
