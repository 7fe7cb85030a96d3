import Foundation

/// A few seconds of a moving test pattern, made once and kept beside what the simulated cameras keep.
package enum TestVideo {
    package static func path() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "maskwatch-test-video")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "pattern.mp4")
        if FileManager.default.fileExists(atPath: file.path) { return file.path }
        let part = folder.appending(path: "\(UUID().uuidString).mp4")
        let process = Foundation.Process()
        process.executableURL = URL(filePath: "/usr/bin/ffmpeg")
        process.arguments = [
            "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=15:duration=8", "-pix_fmt", "yuv420p",
            part.path,
        ]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SimulatedCamerasError(message: "ffmpeg made no test video") }
        try? FileManager.default.moveItem(at: part, to: file)
        return file.path
    }
}
