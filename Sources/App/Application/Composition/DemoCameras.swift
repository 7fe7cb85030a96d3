import Capture
import Domain
import Foundation
import Persistence

/// The simulated cameras of the demo, as `scripts/demo` describes them.
enum DemoCameras {
    private struct Scene: Decodable {
        struct Camera: Decodable {
            let name: String
            let address: String
            let every: Double?
            let username: String?
            let password: String?
        }

        let cameras: [Camera]
    }

    /// Adds cameras whose names are not there yet, corrects the addresses of those that are, and gives an installation
    /// without rules its first one.
    static func register(from file: String, in database: any Repositories) async throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("cannot read the demo's cameras from '\(file)'")
        }
        let scene = try JSON.decode(Scene.self, from: data)
        let known = try await database.cameras.cameras()
        for entry in scene.cameras {
            let source = CameraSource(
                address: entry.address, username: entry.username, password: entry.password.map { Secret($0) })
            var camera = known.first { $0.name == entry.name } ?? Camera(name: entry.name, source: source)
            camera.source = source
            camera.sampling.every = entry.every ?? camera.sampling.every
            try await database.cameras.save(camera)
        }
        if try await database.rules.rules().isEmpty {
            try await database.rules.save(
                Rule(name: "Face without mask", limits: MessageLimits(coolDown: 300, perHour: 20)))
        }
    }
}
