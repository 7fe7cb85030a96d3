import Domain
import Foundation
import Imaging
import Inference
import TestSupport
import Testing
import Vision

@Suite("The tensors of the model maskwatch")
struct MaskwatchModelTests {
    private func face(_ x: Float, _ mask: MaskState, _ scores: [MaskState: Float]) -> Face {
        Face(
            box: Box(x: x, y: 2, width: 30, height: 40), score: 0.875, mask: mask, maskScore: scores.values.max() ?? 0,
            maskScores: scores)
    }

    private func analysis(_ faces: [Face]) -> PictureAnalysis {
        PictureAnalysis(
            width: 640, height: 480, faces: faces, timings: PictureAnalysis.Timings(), models: ["maskwatch/1"])
    }

    private func results() -> [Result<PictureAnalysis, PictureError>] {
        let scores: [MaskState: Float] = [.wornCorrectly: 0.125, .wornIncorrectly: 0.25, .without: 0.625]
        return [
            .success(analysis([face(1, .without, scores), face(100.5, .unknown, [:])])),
            .failure(PictureError(.truncated, "the JPEG ends: too early")),
            .success(analysis([])),
            .success(analysis([face(7, .unknown, scores)])),
        ]
    }

    private func response(_ outputs: [Tensor]) -> InferResponse {
        InferResponse(model: MaskwatchModel.name, version: "1", outputs: outputs)
    }

    @Test("tell the client what the server saw")
    func roundTrip() throws {
        let outputs = MaskwatchModel.outputs(results())
        let read = try MaskwatchModel.results(in: response(outputs), count: 4)
        #expect(read == results())
    }

    @Test("have the names, types and shapes that the metadata promises")
    func metadata() throws {
        let outputs = MaskwatchModel.outputs(results())
        let promised = MaskwatchModel.metadata(version: "1", platform: "test").outputs
        #expect(promised.map(\.name) == outputs.map(\.name))
        for (tensor, wanted) in zip(outputs, promised) {
            #expect(tensor.type == wanted.type && tensor.shape.count == wanted.shape.count)
            #expect(zip(tensor.shape, wanted.shape).allSatisfy { $1 == -1 || $0 == $1 })
        }
    }

    @Test("are empty where there is no face at all")
    func noFaces() throws {
        let outputs = MaskwatchModel.outputs([.success(analysis([]))])
        #expect(outputs.map(\.shape) == [[1], [1, 0, 4], [1, 0], [1, 0], [1, 0, 3], [1, 2], [1]])
        #expect(try MaskwatchModel.results(in: response(outputs), count: 1) == [.success(analysis([]))])
    }

    @Test("carry pictures as files")
    func pictures() throws {
        let files = [Data([1, 2, 3]), Data(), Data([4])]
        #expect(try MaskwatchModel.pictures(in: MaskwatchModel.request(files).inputs) == files)
    }

    @Test("are refused where they make no sense", arguments: MaskwatchModel.Output.allCases)
    func refusals(output: MaskwatchModel.Output) throws {
        let missing = MaskwatchModel.outputs(results()).filter { $0.name != output.rawValue }
        let short = MaskwatchModel.outputs([results()[0]]).first { $0.name == output.rawValue }
        for outputs in [missing, missing + [try #require(short)]] {
            let error = #expect(throws: InferenceError.self) {
                try MaskwatchModel.results(in: response(outputs), count: 4)
            }
            #expect(error?.code == .invalidModel)
        }
    }

    @Test("never turn a number that is no number into a face")
    func notFinite() throws {
        let broken = MaskwatchModel.outputs([.success(analysis([face(.nan, .without, [:])]))])
        #expect(throws: InferenceError.self) { try MaskwatchModel.results(in: response(broken), count: 1) }
    }
}
