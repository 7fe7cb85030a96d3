import Capture
import Domain
import Foundation

/// One line of `camera list`.
struct CameraRow {
    let camera: Camera
    let status: CameraStatus?

    var text: String {
        let state = camera.isEnabled ? status?.state.rawValue ?? "waiting" : "disabled"
        let reason = status?.reason.map { " (\($0.message))" } ?? ""
        return
            "\(camera.id)  \(camera.name)  \(camera.source.address)  every \(camera.sampling.every) s  \(state)\(reason)"
    }

    func json() throws -> String {
        let document = Document(
            id: camera.id, name: camera.name, address: camera.source.address, isEnabled: camera.isEnabled,
            sampling: camera.sampling, status: status)
        return String(decoding: try JSON.encode(document), as: UTF8.self)
    }

    private struct Document: Encodable {
        let id: CameraID
        let name: String
        let address: String
        let isEnabled: Bool
        let sampling: Sampling
        let status: CameraStatus?
    }
}

/// What `camera probe` prints.
struct ProbeReport {
    private let stream: StreamDescription
    private let seconds: Double

    init(_ result: ProbeResult) {
        stream = result.stream
        seconds = (result.secondsToFirstPicture * 1000).rounded() / 1000
    }

    var text: String {
        let rate = stream.frameRate.map { ", \($0) pictures a second" } ?? ""
        return "\(stream.width)x\(stream.height) \(stream.codec)\(rate), first picture after \(seconds) s"
    }

    func json() throws -> String {
        String(decoding: try JSON.encode(Document(stream: stream, secondsToFirstPicture: seconds)), as: UTF8.self)
    }

    private struct Document: Encodable {
        let stream: StreamDescription
        let secondsToFirstPicture: Double
    }
}

/// Reads a password from where nobody else sees it.
enum PasswordInput {
    static func read(from file: String) throws -> Secret {
        let text =
            file == "-" ? Console.readSecret(prompt: "Password: ") : try? String(contentsOfFile: file, encoding: .utf8)
        guard let text else { throw CommandFailure("cannot read the password from '\(file)'") }
        return Secret(text.trimmingCharacters(in: .newlines))
    }
}
