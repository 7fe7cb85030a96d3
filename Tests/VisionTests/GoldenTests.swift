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
            let absolute: Float
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
        let golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: package.directory.appending(path: "golden.json")))
        let response = try await answer(of: package, to: golden.picture)
        for (name, expected) in golden.outputs {
            let output = try response.output(name)
            #expect(output.shape == expected.shape)
            let values = unsafe output.withFloats { unsafe Array($0) }
            let difference = zip(values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= golden.tolerance.absolute, "\(name)")
        }
        if let boxes = golden.boxes { try check(boxes, golden.picture, response, package) }
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
