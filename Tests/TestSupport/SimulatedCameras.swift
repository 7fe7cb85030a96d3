import Foundation
import Glibc
package import Testing

/// Cameras of `tools/camsim`, for one test: real RTSP servers on free ports, gone when the value is.
package final class SimulatedCameras: Sendable {
    private let process: Foundation.Process
    private let input: Pipe
    private let addresses: [String: String]
    private let controlPort: Int

    /// Whether the packages of `scripts/setup demo` are there.
    package static let areInstalled: Bool = {
        let check = Foundation.Process()
        check.executableURL = URL(filePath: "/usr/bin/python3")
        check.arguments = [
            "-c", "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer",
        ]
        check.standardError = FileHandle.nullDevice
        guard (try? check.run()) != nil else { return false }
        check.waitUntilExit()
        return check.terminationStatus == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/ffmpeg")
    }()

    package static let hint: Comment = "the simulated cameras are not installed: run scripts/setup test"

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// - Parameter scene: the value of `cameras` in a scene file, see tools/camsim/README.md.
    package init(_ scene: [[String: any Sendable]]) throws {
        let process = Foundation.Process()
        process.executableURL = Self.root.appending(path: "tools/camsim/maskwatch-camsim")
        process.arguments = ["--port", "0", "-"]
        let output = Pipe()
        input = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let data = try JSONSerialization.data(withJSONObject: ["cameras": scene])
        input.fileHandleForWriting.write(data)
        try input.fileHandleForWriting.close()
        guard let line = Self.firstLine(of: output.fileHandleForReading),
            let ready = try JSONSerialization.jsonObject(with: line) as? [String: Any],
            let control = ready["control"] as? String, let port = URLComponents(string: control)?.port
        else { throw SimulatedCamerasError(message: "the simulated cameras did not start") }
        controlPort = port
        var addresses: [String: String] = [:]
        for case let camera as [String: Any] in ready["cameras"] as? [Any] ?? [] {
            if let name = camera["name"] as? String { addresses[name] = camera["address"] as? String }
        }
        self.addresses = addresses
    }

    deinit {
        if process.isRunning {
            // Not SIGTERM: a child of a dispatch thread begins with most signals blocked.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    private static func firstLine(of file: FileHandle) -> Data? {
        var line = Data()
        while let byte = try? file.read(upToCount: 1), let first = byte.first {
            if first == UInt8(ascii: "\n") { return line }
            line.append(first)
        }
        return nil
    }

    package func address(of camera: String) throws -> String {
        guard let address = addresses[camera] else { throw SimulatedCamerasError(message: "no camera \(camera)") }
        return address
    }

    /// Stops and continues all cameras, as if their power were cut without a farewell.
    package func pause() { kill(process.processIdentifier, SIGSTOP) }
    package func resume() { kill(process.processIdentifier, SIGCONT) }

    /// Sets faults: keys and values as in tools/camsim/README.md, JSON text.
    package func set(_ faults: String, on camera: String) throws {
        try post("/cameras/\(camera)", body: faults)
    }

    /// Ends the camera's connections with a TCP reset.
    package func reset(_ camera: String) throws {
        try post("/cameras/\(camera)/reset", body: "")
    }

    /// How many sessions the camera has.
    package func description(of camera: String) throws -> [String: Any] {
        let answer = try request("GET /cameras HTTP/1.0\r\n\r\n")
        let all = try JSONSerialization.jsonObject(with: answer) as? [String: Any]
        let cameras = all?["cameras"] as? [[String: Any]] ?? []
        return cameras.first { $0["name"] as? String == camera } ?? [:]
    }

    private func post(_ path: String, body: String) throws {
        _ = try request(
            "POST \(path) HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    private func request(_ text: String) throws -> Data {
        let socket = try LoopbackSocket(connectingTo: controlPort)
        try socket.write(Data(text.utf8))
        let answer = try socket.readToEnd()
        guard let separator = answer.firstRange(of: Data("\r\n\r\n".utf8)),
            String(decoding: answer.prefix(16), as: UTF8.self).contains(" 200 ")
        else { throw SimulatedCamerasError(message: "control: \(String(decoding: answer, as: UTF8.self))") }
        return answer[separator.upperBound...]
    }
}

package struct SimulatedCamerasError: Error, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}
