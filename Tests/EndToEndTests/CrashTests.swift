import Foundation
import TestSupport
import Testing

/// kill -9 at any moment: nothing that was taken is lost, nothing is counted twice.
@Suite(
    "Maskwatch when it is killed", .serialized,
    .enabled(if: Requirements.areMet, "\(Requirements.missing.joined(separator: "; "))"))
struct CrashTests {
    static let kills = 20

    @Test("loses no picture and counts none twice over twenty kills")
    func conservation() async throws {
        let scratch = try ScratchDirectory()
        let cameras = try await SimulatedCameras.start(in: scratch.url)
        let server = MaskwatchServer(in: scratch.url)
        try await server.start()
        try await server.setUp()
        let ids = try await server.add(cameras, every: 0.5)
        try await until("the first pictures are observed", within: 120) {
            try await server.get(Answers.System.self, "/api/v1/system").counts.observed > 0
        }
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for kill in 1...Self.kills {
            // Any moment: from before the cameras connect to the middle of steady work. A wait, not a deadline.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...5000, using: &random)))
            try await server.kill()
            try await server.start()
            if kill % 5 == 0 { print("end-to-end: killed \(kill) times (seed \(seed))") }
        }
        try await server.waitForNewPictures()
        try await server.drain(cameras, ids: ids)
        try await check(server)
        try await server.stop()
        _ = cameras.process
    }

    private func check(_ server: MaskwatchServer) async throws {
        let counts = try await server.get(Answers.System.self, "/api/v1/system").counts
        let truth = try StoredTruth(in: server.data)
        let observed = try truth.observed()
        let failed = try truth.failed()
        let inFlight = try truth.inFlight()
        let pictures = try truth.pictures()
        print(
            "end-to-end: \(pictures.count) pictures stored = \(observed.count) observed + \(failed.count) failed",
            "+ \(inFlight.count) in flight + \(try truth.expired()) expired; the API says \(counts)")
        #expect(observed.count > Self.kills, "pictures were observed between the kills")
        #expect(Set(observed).count == observed.count, "a snapshot is observed once")
        #expect(Set(pictures).subtracting(observed + failed + inFlight).count == (try truth.expired()), "none is lost")
        #expect(Set(observed).subtracting(pictures).isEmpty, "every observation has its picture")
        for interval in ["minute", "hour", "day"] {
            #expect(try truth.counted(interval) == observed.count, "the statistics by \(interval) count each once")
        }
        #expect(counts.taken == counts.observed + counts.failed + counts.inFlight + counts.expired)
        #expect(counts.observed == observed.count)
    }
}
