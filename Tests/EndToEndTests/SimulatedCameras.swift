import Foundation

/// The cameras of the end-to-end tests: `maskwatch-camsim` with the still pictures of `maskwatch-scenes stills`.
struct SimulatedCameras {
    static let canary = "s3cr3t-CANARY"

    /// What one camera shows, and how it speaks.
    struct Camera: Encodable {
        var name: String
        var source: String
        var codec = "h264"
        var user: String?
        var password: String?
        var size = "1280x720"
        var fps = 10.0
        var gop = 10
        var hold = 12.0
        var duration: Double?
        var port = 0
    }

    /// Three people, one of them without a mask; two people with masks over H.265; and, behind a password, one person
    /// without a mask for 12 s, then two with masks for 12 s, and so on.
    static let three = [
        Camera(name: "mixed", source: Requirements.stills.appending(path: "mixed/1.png").path),
        Camera(name: "masked", source: Requirements.stills.appending(path: "masked/1.png").path, codec: "h265"),
        Camera(
            name: "changing", source: Requirements.stills.appending(path: "changing").path, user: "viewer",
            password: canary),
    ]

    /// The faces by state that a picture of each of them may show.
    static let faces: [String: [[String: Int]]] = [
        "mixed": [["mask_worn_correctly": 2, "without_mask": 1]], "masked": [["mask_worn_correctly": 2]],
        "changing": [["without_mask": 1], ["mask_worn_correctly": 2]],
    ]

    private struct Scene: Encodable { let cameras: [Camera] }

    private struct Ready: Decodable {
        struct Address: Decodable {
            let name: String
            let address: String
        }

        let control: String
        let cameras: [Address]
    }

    let process: ChildProcess
    /// RTSP address by camera name.
    let addresses: [String: String]

    /// Returns when every camera listens.
    static func start(_ cameras: [Camera] = three, in folder: URL) async throws -> SimulatedCameras {
        let process = try ChildProcess(
            Requirements.cameras, ["--port", "0", "-"], log: folder.appending(path: "cameras.log"),
            input: JSONEncoder().encode(Scene(cameras: cameras)))
        var ready: Ready?
        try await until("the simulated cameras start: \(process.output)", within: 120) {
            let line = process.output.split(separator: "\n").first { $0.hasPrefix("{\"control\"") }
            ready = line.flatMap { try? JSONDecoder().decode(Ready.self, from: Data($0.utf8)) }
            return ready != nil
        }
        let pairs = ready?.cameras.map { ($0.name, $0.address) } ?? []
        return SimulatedCameras(process: process, addresses: Dictionary(uniqueKeysWithValues: pairs))
    }
}
