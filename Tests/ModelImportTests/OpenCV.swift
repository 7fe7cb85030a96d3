import Foundation
import TestSupport

/// OpenCV's darknet reader, run by Debian's Python (scripts/setup test installs python3-opencv).
enum OpenCV {
    struct Boxes: Decodable {
        /// Centre x, centre y, width, height in shares of the picture, objectness, then a score for each class.
        let rows: [[Float]]
    }

    static let isInstalled = (try? run("-c", "import cv2, numpy")) == 0

    /// Writes random weights, a picture and the boxes found in it beside each other.
    static func find(with cfg: URL, in folder: URL) throws -> Boxes {
        let script = Fixtures.directory.appending(path: "opencv_darknet.py")
        guard try run(script.path, cfg.path, folder.path) == 0 else { throw CocoaError(.executableLoad) }
        return try JSONDecoder().decode(Boxes.self, from: Data(contentsOf: folder.appending(path: "boxes.json")))
    }

    private static func run(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
