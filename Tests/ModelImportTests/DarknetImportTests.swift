import Domain
import Foundation
import Imaging
import Inference
import InferenceOpenVINO
import Logging
import TestSupport
import Testing

@testable import ModelImport
@testable import Vision

@Suite struct DarknetImportTests {
    private static let root = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()

    /// The project's own networks and the sample, each as the text of a `.cfg` file of the given sides.
    private static func configuration(_ name: String) throws -> String {
        if name == "sample" { return DarknetSamples.tiny }
        let text = try String(contentsOf: root.appending(path: "training/cfg/\(name).cfg"), encoding: .utf8)
        return text.replacing(/width=\d+/, with: "width=160", maxReplacements: 1)
            .replacing(/height=\d+/, with: "height=96", maxReplacements: 1)
    }

    @Test(
        .enabled(if: OpenCV.isInstalled, "needs python3-opencv: scripts/setup test"),
        arguments: ["sample", "face-fast", "face-accurate", "yolov4-face"])
    func `an imported network gives the boxes OpenCV's darknet reader gives`(name: String) async throws {
        let scratch = try ScratchDirectory()
        let cfg = scratch.url.appending(path: "network.cfg")
        try Data(Self.configuration(name).utf8).write(to: cfg)
        let expected = try OpenCV.find(with: cfg, in: scratch.url)
        let classes = try #require(expected.rows.first).count - 5
        let names = scratch.url.appending(path: "network.names")
        try Data((0..<classes).map { "face\($0)\n" }.joined().utf8).write(to: names)
        let package = try DarknetImport(
            configuration: cfg, weights: scratch.url.appending(path: "network.weights"), names: names
        ).run(as: PackageIdentity(name: "mine"), in: scratch.url)

        let picture = try PictureDecoder().decode(contentsOf: scratch.url.appending(path: "picture.png"))
        let found = try await boxes(of: package, in: picture)
        let wanted = expected.rows.compactMap { row -> Detection? in
            let score = row[5...].max() ?? 0
            let (width, height) = (Float(picture.width), Float(picture.height))
            let box = Box(
                x: (row[0] - row[2] / 2) * width, y: (row[1] - row[3] / 2) * height, width: row[2] * width,
                height: row[3] * height)
            return score > Self.least ? Detection(box: box, score: score) : nil
        }
        #expect(wanted.count >= 20)
        #expect(found.count { $0.score > Self.least } == wanted.count)
        let differences = wanted.map { one in
            found.map { Self.difference($0, one, in: picture) }.min() ?? .infinity
        }
        #expect(differences.allSatisfy { $0 < 1e-3 }, "the largest is \(differences.max() ?? 0)")
    }

    private static let least: Float = 0.2

    /// Of the box in shares of the picture, and of the score.
    private static func difference(_ one: Detection, _ other: Detection, in picture: PixelBuffer) -> Float {
        let (width, height) = (Float(picture.width), Float(picture.height))
        return [
            (one.box.x - other.box.x) / width, (one.box.y - other.box.y) / height,
            (one.box.width - other.box.width) / width, (one.box.height - other.box.height) / height,
            one.score - other.score,
        ].map(abs).max() ?? 0
    }

    /// Before suppression; OpenCV's are too.
    private func boxes(of package: ModelPackage, in picture: PixelBuffer) async throws -> [Detection] {
        var options = OpenVINOOptions()
        options.precision = .float32
        let backend = try OpenVINOBackend(options: options, logger: .silent)
        try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        let shape = [1, picture.height, picture.width, 3]
        let storage = unsafe TensorStorage(byteCount: shape.reduce(1, *)) { target in
            unsafe picture.withBytes { unsafe target.copyBytes(from: $0) }
        }
        let input = Tensor(
            name: package.description.input.name, type: .uint8, shape: shape, storage: storage)
        let response = try await backend.infer(InferRequest(model: package.name, inputs: [input]))
        let description = package.description
        let decoder = DetectionDecoder(
            heads: try #require(description.heads), labels: description.labels.count, score: 0.1)
        return try decoder.decode(response, item: 0, columns: picture.width, rows: picture.height)
    }

    @Test func `the package says what the cfg and the options say`() throws {
        let (scratch, darknet) = try Self.sample(DarknetSamples.tiny, labels: ["mask", "bare"])
        var chosen = darknet
        (chosen.faces, chosen.longestSide, chosen.score) = (["bare"], 640, 0.3)
        let identity = PackageIdentity(name: "mine", version: "3", license: "MIT", description: "Mine.")
        let model = try chosen.run(as: identity, in: scratch.url).description
        #expect(model.name == "mine" && model.version == "3" && model.license == "MIT")
        #expect(model.labels == ["mask", "bare"] && model.faceLabels == ["bare"])
        #expect(model.input.longestSide == 640 && model.input.multiple == 8)
        #expect(model.heads?.map(\.stride) == [8, 4] && model.heads?.map(\.scaleXY) == [1.05, 2])
        #expect(model.heads?.map(\.newCoords) == [nil, true])
        #expect(model.heads?.first?.anchors == [[20, 26], [34, 44], [60, 78]])
        #expect(model.thresholds.score == 0.3 && model.thresholds.nmsKind == nil)
    }

    @Test func `suppression by distance is taken over`() throws {
        let text = DarknetSamples.least + "\nnms_kind=diounms\nbeta_nms=0.8"
        let (scratch, darknet) = try Self.sample(text, labels: ["face"])
        let thresholds = try darknet.run(as: PackageIdentity(name: "mine"), in: scratch.url).description.thresholds
        #expect(thresholds.nmsKind == "distance" && thresholds.nmsBeta == 0.8)
        let suppression = NonMaximumSuppression(thresholds)
        let near = Detection(box: Box(x: 0, y: 0, width: 10, height: 10), score: 0.9)
        let same = Detection(box: Box(x: 1, y: 0, width: 10, height: 10), score: 0.8)
        #expect(suppression.keep([near, same]) == [near])
    }

    @Test func `a version that is there is not written over`() throws {
        let (scratch, darknet) = try Self.sample(DarknetSamples.least, labels: ["face"])
        _ = try darknet.run(as: PackageIdentity(name: "mine"), in: scratch.url)
        let error = #expect(throws: ModelImportError.self) {
            try darknet.run(as: PackageIdentity(name: "mine"), in: scratch.url)
        }
        #expect(error?.message.contains("--version") == true)
    }

    @Test(arguments: ["../mine", "a/b", "", ".hidden"])
    func `a name that is a path is refused and leaves nothing behind`(name: String) throws {
        let (scratch, darknet) = try Self.sample(DarknetSamples.least, labels: ["face"])
        let folder = scratch.url.appending(path: "models")
        #expect(throws: ModelImportError.self) { try darknet.run(as: PackageIdentity(name: name), in: folder) }
        #expect((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] == [])
        #expect(!FileManager.default.fileExists(atPath: scratch.path("mine")))
    }

    /// A folder with the three files; the weights are as many as the network needs.
    static func sample(_ text: String, labels: [String]) throws -> (ScratchDirectory, DarknetImport) {
        let scratch = try ScratchDirectory()
        let network = try DarknetNetwork(ModelFile(name: "network.cfg", data: Data(text.utf8)))
        let files = ["cfg", "weights", "names"].map { scratch.url.appending(path: "network.\($0)") }
        try Data(text.utf8).write(to: files[0])
        try DarknetSamples.weights(count: network.weights).write(to: files[1])
        try Data(labels.joined(separator: "\n").utf8).write(to: files[2])
        return (scratch, DarknetImport(configuration: files[0], weights: files[1], names: files[2]))
    }
}
