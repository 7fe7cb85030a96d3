import Domain
import Foundation
import HTTPClient
import HTTPTypes
import Imaging
import Inference
import InferenceHTTP
import InferenceOpenVINO
import Logging
import TestSupport
import Testing
import Vision

private let address = ProcessInfo.processInfo.environment["MASKWATCH_TEST_TRITON_URL"]

/// A second implementation of the protocol: NVIDIA Triton, started by `scripts/servers/triton` with the configurations of
/// deploy/triton and the shipped networks.
@Suite(
    "A processor and NVIDIA Triton", .serialized,
    .enabled(if: address != nil, "MASKWATCH_TEST_TRITON_URL is not set"))
struct TritonIntegrationTests {
    private static let project = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()

    private func packages() throws -> [ModelPackage] {
        let repository = ModelRepository(directory: Self.project.appending(path: "models"))
        return try ["face-fast", "mask-classifier"].map { try repository.package(named: $0) }
    }

    private func triton() throws -> OpenInferenceProtocolBackend {
        OpenInferenceProtocolBackend(
            servers: [try ModelServerAddress(try #require(address))], session: HTTPSession(), logger: .silent)
    }

    /// The networks as they are given to Triton, in this process and with the same precision.
    private func openVINO(_ packages: [ModelPackage]) async throws -> OpenVINOBackend {
        var options = OpenVINOOptions()
        options.precision = .float32
        let backend = try OpenVINOBackend(options: options, logger: .silent)
        for package in packages {
            let onnx = package.description.files.first { $0.format == "onnx" }?.path
            let network = try onnx.map { package.directory.appending(path: $0) } ?? package.openVINONetwork()
            try await backend.load(name: package.name, version: package.version, xml: network)
        }
        return backend
    }

    private func analyzer(
        _ packages: [ModelPackage], _ backend: any InferenceBackend, batch: Int = 1
    ) throws -> FaceAnalyzer {
        FaceAnalyzer(
            detector: try FaceDetector(packages[0], backend: backend),
            classifier: try MaskClassifier(packages[1], backend: backend), batch: batch)
    }

    /// Faces in pictures of several shapes, and pictures without any.
    private func pictures() throws -> [Data] {
        let golden = try packages().map { try GoldenPicture(of: $0).pixels }
        let stills = Self.project.appending(path: ".deps/stills")
        let files = ["mixed/1.png", "masked/1.png", "changing/1.png"].map { stills.appending(path: $0) }
        return try golden.map { try PictureEncoder.png($0) }
            + files.filter { FileManager.default.fileExists(atPath: $0.path) }.map { try Data(contentsOf: $0) }
            + [Fixtures.picture("baseline.jpg"), Fixtures.picture("noise.png")]
    }

    /// In the order of the pictures.
    private func observations(
        _ analyzer: any PictureAnalyzer, of pictures: [Data]
    ) async throws -> [Observation] {
        let bench = try ProcessorBench(analyzer: analyzer, batch: 8)
        var snapshots: [SnapshotID] = []
        for picture in pictures { snapshots.append(try await bench.take(picture).snapshotID) }
        try await bench.runUntilIdle()
        #expect(bench.snapshots.dead.isEmpty)
        let found = bench.observations.bodies(Observation.self)
        return try snapshots.map { id in try #require(found.first { $0.snapshotID == id }) }
    }

    @Test("has the networks of the packages, by the configurations made of them")
    func metadata() async throws {
        let triton = try triton()
        try await triton.checkReady()
        for package in try packages() {
            let metadata = try await triton.metadata(of: package.name)
            try package.check(metadata)
            #expect(metadata.inputs.first?.shape.first == -1)
        }
        let error = await #expect(throws: InferenceError.self) { try await triton.metadata(of: MaskwatchModel.name) }
        #expect(error?.code == .notFound)
    }

    /// The tolerance: boxes overlap by 0.99 and lie within half a pixel, scores within 0.005.
    @Test("observes the same faces")
    func observations() async throws {
        let packages = try packages()
        let pictures = try pictures()
        let here = try await observations(analyzer(packages, openVINO(packages)), of: pictures)
        let there = try await observations(analyzer(packages, triton(), batch: 8), of: pictures)
        var faces = 0
        for (expected, found) in zip(here, there) {
            #expect(found.width == expected.width && found.height == expected.height && found.models == expected.models)
            #expect(found.faces.count == expected.faces.count)
            for (face, other) in zip(found.faces, expected.faces) {
                faces += 1
                #expect(face.mask == other.mask && isNear(face.box, other.box))
                #expect(abs(face.score - other.score) < 0.005 && abs(face.maskScore - other.maskScore) < 0.005)
            }
        }
        #expect(faces >= 2)
    }

    @Test("lets pictures of one shape go together")
    func batches() async throws {
        let packages = try packages()
        let picture = try PictureEncoder.png(try GoldenPicture(of: packages[0]).pixels)
        let before = try await counts("face-fast")
        _ = try await observations(
            analyzer(packages, triton(), batch: 8), of: Array(repeating: picture, count: 8))
        let after = try await counts("face-fast")
        #expect(after.inferences - before.inferences == 8 && after.executions - before.executions == 1)
    }

    private func isNear(_ a: Box, _ b: Box) -> Bool {
        let differences = [a.x - b.x, a.y - b.y, a.width - b.width, a.height - b.height]
        return a.intersectionOverUnion(b) > 0.99 && differences.allSatisfy { abs($0) < 0.5 }
    }

    /// Triton's own statistics.
    private func counts(_ model: String) async throws -> (inferences: Int, executions: Int) {
        struct Statistics: Decodable {
            struct Model: Decodable {
                let inference_count: Int
                let execution_count: Int
            }
            let model_stats: [Model]
        }
        let address = try #require(address)
        let answer = try await HTTPSession().send(ClientRequest(.get, "\(address)/v2/models/\(model)/stats"))
        let model = try #require(try JSONDecoder().decode(Statistics.self, from: answer.body).model_stats.first)
        return (model.inference_count, model.execution_count)
    }
}

/// The picture that a package's answers are kept for.
private struct GoldenPicture {
    private struct Golden: Decodable {
        struct Picture: Decodable {
            let height: Int
            let width: Int
            let base64: String
        }
        let picture: Picture
    }

    let pixels: PixelBuffer

    init(of package: ModelPackage) throws {
        let file = package.directory.appending(path: "golden.json")
        let picture = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file)).picture
        let bytes = try #require(Data(base64Encoded: picture.base64))
        pixels = unsafe PixelBuffer(width: picture.width, height: picture.height) { target in
            for (index, byte) in bytes.enumerated() { unsafe target[index] = byte }
        }
    }
}
