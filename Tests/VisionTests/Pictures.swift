import Foundation
import Imaging
import Inference
import InferenceOpenVINO
import Logging
import TestSupport
import Vision

/// Pictures for the fixture networks: coloured squares on black; see Tests/Fixtures/make_models.py.
enum Pictures {
    static let red = Color(red: 255, green: 0, blue: 0)
    static let green = Color(red: 0, green: 255, blue: 0)

    static func picture(_ squares: [(x: Int, y: Int, side: Int, color: Color)], width: Int = 256, height: Int = 144)
        -> PixelBuffer
    {
        unsafe PixelBuffer(width: width, height: height) { pixels in
            unsafe pixels.update(repeating: 0)
            for square in squares {
                for y in square.y..<square.y + square.side {
                    for x in square.x..<square.x + square.side {
                        unsafe pixels[(y * width + x) * 3] = square.color.red
                        unsafe pixels[(y * width + x) * 3 + 1] = square.color.green
                        unsafe pixels[(y * width + x) * 3 + 2] = square.color.blue
                    }
                }
            }
        }
    }

    /// One red cell (a face without a mask) and one green cell (a face with a mask worn incorrectly).
    static func twoFaces() throws -> Data {
        try PictureEncoder.png(picture([(32, 16, 16, red), (128, 64, 32, green)]))
    }

    static func noFace() throws -> Data { try PictureEncoder.png(picture([])) }
}

/// The fixture networks behind a `FaceAnalyzer`.
enum FixtureAnalyzer {
    static func make(
        backend: (any InferenceBackend)? = nil, limits: PictureLimits = PictureLimits(), batch: Int = 1,
        detector: ModelPackage? = nil
    ) async throws -> FaceAnalyzer {
        var packages = try packages()
        if let detector { packages[0] = detector }
        let used: any InferenceBackend
        if let backend { used = backend } else { used = try await openVINO(packages) }
        return FaceAnalyzer(
            detector: try FaceDetector(packages[0], backend: used),
            classifier: try MaskClassifier(packages[1], backend: used), limits: limits, batch: batch)
    }

    /// The detector and the classifier.
    static func packages() throws -> [ModelPackage] {
        let repository = ModelRepository(directory: Fixtures.models)
        return try ["colour-detector", "colour-classifier"].map { try repository.package(named: $0) }
    }

    /// A copy of the detector with more in `input`.
    static func detector(in scratch: ScratchDirectory, input: String) throws -> ModelPackage {
        let folder = scratch.url.appending(path: "colour-detector/1")
        try FileManager.default.createDirectory(
            at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Fixtures.models.appending(path: "colour-detector/1"), to: folder)
        let file = folder.appending(path: "model.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("\"longest_side\": 256", with: "\"longest_side\": 256, \(input)").utf8).write(to: file)
        return try ModelPackage(at: folder)
    }

    static func openVINO(_ packages: [ModelPackage]) async throws -> OpenVINOBackend {
        let backend = try OpenVINOBackend(logger: .silent)
        for package in packages {
            try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        }
        return backend
    }
}
