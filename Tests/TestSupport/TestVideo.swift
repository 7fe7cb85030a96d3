import Foundation

/// A few seconds of a moving test pattern, made once and kept beside what the simulated cameras keep.
package enum TestVideo {
    package static func path() throws -> String {
        try make("pattern.mp4", ["testsrc2=size=640x360:rate=15:duration=8", "-pix_fmt", "yuv420p"])
    }

    /// One picture of the pattern.
    package static func still() throws -> String {
        try make("pattern.png", ["testsrc2=size=640x360:rate=15:duration=8", "-frames:v", "1"])
    }

    private static func make(_ name: String, _ arguments: [String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "maskwatch-test-video")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        if FileManager.default.fileExists(atPath: file.path) { return file.path }
        let part = folder.appending(path: "\(UUID().uuidString)-\(name)")
        let process = Foundation.Process()
        process.executableURL = URL(filePath: "/usr/bin/ffmpeg")
        process.arguments = ["-v", "error", "-f", "lavfi", "-i"] + arguments + [part.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SimulatedCamerasError(message: "ffmpeg made no test video") }
        try? FileManager.default.moveItem(at: part, to: file)
        return file.path
    }
}
