import Domain
import Foundation
import Persistence
import Secrets

extension Repositories {
    /// Cameras that no grabber takes, and a rule that watches all of them, as most installations have one.
    func addCameras(_ count: Int) async throws -> [CameraID] {
        let added = (0..<count).map {
            Camera(name: "\(UUID())", source: CameraSource(address: "rtsp://\($0).test"), isEnabled: false)
        }
        for camera in added { try await cameras.save(camera) }
        try await rules.save(Rule(name: "no mask"))
        return added.map(\.id)
    }
}

/// For a database of the measurement's own: nothing is secret there.
struct PlainSealer: SecretSealer {
    func seal(_ plain: Data) throws -> Data { plain }
    func open(_ sealed: Data) throws -> Data { sealed }
}

extension SecretBoxSealer {
    /// With the key of the processes beside it: a database refuses who comes with another.
    static func ofInstallation() throws -> SecretBoxSealer {
        let variable = "MASKWATCH_SECURITY_SECRET_KEY"
        let text = ProcessInfo.processInfo.environment[variable] ?? ""
        return SecretBoxSealer(SecretBox(key: try SecretKey(base64: text, place: variable)))
    }
}
