import Domain
import Foundation
import Inference
import InferenceOpenVINO
import Logging
import TestSupport
import Testing

@testable import Vision

/// The packages the project ships answer their golden picture as they did where they were made.
@Suite struct GoldenTests {
    private struct Golden: Decodable {
        struct Picture: Decodable {
            let height: Int
            let width: Int
            let base64: String
        }
        struct Tolerance: Decodable {
            let mean_absolute: Float
        }
        struct Output: Decodable {
            let shape: [Int]
            let values: [Float]
        }
        struct Boxes: Decodable {
            let score_above: Float
            let x0_y0_x1_y1_score: [[Float]]
        }
        let picture: Picture
        let tolerance: Tolerance
        let outputs: [String: Output]
        let boxes: Boxes?
    }

    static let packages: [String] = {
        let models = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "models")
        return ModelRepository(directory: models).entries().compactMap { try? $0.package.get().directory.path }
    }()

    @Test func `the project ships a detector and a classifier that open`() {
        #expect(Self.packages.count >= 2)
    }

    @Test(arguments: packages)
    func `a shipped network answers its golden picture`(path: String) async throws {
        let package = try ModelPackage(at: URL(filePath: path))
        let golden = try golden(of: package)
        let response = try await answer(of: package, to: golden.picture)
        for (name, expected) in golden.outputs {
            let output = try response.output(name)
            #expect(output.shape == expected.shape)
            let values = unsafe output.withFloats { unsafe Array($0) }
            let sum = zip(values, expected.values).reduce(0) { $0 + abs($1.0 - $1.1) }
            #expect(sum / Float(expected.values.count) <= golden.tolerance.mean_absolute, "\(name)")
        }
    }

    @Test(arguments: packages)
    func `the golden outputs of a detector decode to the golden boxes`(path: String) throws {
        let package = try ModelPackage(at: URL(filePath: path))
        let golden = try golden(of: package)
        guard let boxes = golden.boxes else { return }
        let outputs = golden.outputs.map { name, output in
            let storage = unsafe TensorStorage(byteCount: output.values.count * 4) { bytes in
                unsafe output.values.withUnsafeBytes { unsafe bytes.copyMemory(from: $0) }
            }
            return Tensor(name: name, type: .float32, shape: output.shape, storage: storage)
        }
        let response = InferResponse(model: package.name, version: package.version, outputs: outputs)
        try check(boxes, golden.picture, response, package)
    }

    private func golden(of package: ModelPackage) throws -> Golden {
        try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: package.directory.appending(path: "golden.json")))
    }

    private func answer(of package: ModelPackage, to picture: Golden.Picture) async throws -> InferResponse {
        var options = OpenVINOOptions()
        options.precision = .float32
        let backend = try OpenVINOBackend(options: options, logger: .silent)
        try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        let pixels = try #require(Data(base64Encoded: picture.base64))
        let storage = unsafe TensorStorage(byteCount: pixels.count) { unsafe $0.copyBytes(from: pixels) }
        let input = Tensor(
            name: package.description.input.name, type: .uint8, shape: [1, picture.height, picture.width, 3],
            storage: storage)
        return try await backend.infer(InferRequest(model: package.name, inputs: [input]))
    }

    /// Decoding and suppression give the reference implementation's boxes.
    private func check(
        _ expected: Golden.Boxes, _ picture: Golden.Picture, _ response: InferResponse, _ package: ModelPackage
    ) throws {
        let heads = try #require(package.description.heads)
        let decoder = DetectionDecoder(heads: heads, labels: 1, score: expected.score_above)
        let found = try decoder.decode(response, item: 0, columns: picture.width, rows: picture.height)
        let kept = NonMaximumSuppression(overlap: package.description.thresholds.nmsIou ?? 0.45).keep(found)
        for row in expected.x0_y0_x1_y1_score {
            let box = Box(x: row[0], y: row[1], width: row[2] - row[0], height: row[3] - row[1])
            let match = kept.first { $0.box.intersectionOverUnion(box) > 0.97 }
            #expect(match != nil, "\(row)")
            #expect(abs((match?.score ?? 0) - row[4]) < 0.01)
        }
    }
}
