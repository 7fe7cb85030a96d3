import Foundation
import Inference
import ModelServer
import Synchronization
import Testing

/// Doubles every byte; refuses a batch that holds a 255.
private final class DoublingBackend: InferenceBackend {
    private let sizes = Mutex<[Int]>([])

    var batchSizes: [Int] { sizes.withLock { $0 } }

    func metadata(of model: String) async throws -> ModelMetadata {
        ModelMetadata(name: model, version: "1", platform: "test", inputs: [], outputs: [])
    }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        let input = request.inputs[0]
        sizes.withLock { $0.append(input.shape[0]) }
        guard !input.data.contains(255) else { throw InferenceError(.invalidRequest, "255") }
        let output = Tensor(name: "y", type: .uint8, shape: input.shape, data: Data(input.data.map { $0 &* 2 }))
        return InferResponse(model: request.model, version: "1", outputs: [output])
    }
}

@Suite("The dynamic batcher")
struct DynamicBatcherTests {
    private func picture(_ value: UInt8, rows: Int = 1) -> Tensor {
        Tensor(name: "x", type: .uint8, shape: [rows, 2], data: Data(repeating: value, count: rows * 2))
    }

    private func answers(_ values: [UInt8], _ batcher: DynamicBatcher<TensorWork>) async -> [UInt8: UInt8?] {
        await withTaskGroup(of: (UInt8, UInt8?).self) { group in
            for value in values {
                group.addTask {
                    let response = try? await batcher.infer([self.picture(value)])
                    return (value, response?.outputs[0].data.first)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    @Test("runs concurrent requests together and gives each its own rows")
    func together() async {
        let backend = DoublingBackend()
        let batcher = DynamicBatcher(
            model: "m", work: TensorWork(model: "m", backend: backend),
            limits: BatchLimits(maximumBatchSize: 8, maximumDelay: 0.2), concurrency: 1,
            statistics: ModelStatistics())
        let answers = await answers(Array(0..<24), batcher)
        for value in UInt8(0)..<24 { #expect(answers[value] == value * 2) }
        #expect(backend.batchSizes.count < 24)
        #expect(backend.batchSizes.allSatisfy { $0 <= 8 })
    }

    @Test("lets a bad request fail alone")
    func failsAlone() async {
        let backend = DoublingBackend()
        let batcher = DynamicBatcher(
            model: "m", work: TensorWork(model: "m", backend: backend),
            limits: BatchLimits(maximumBatchSize: 8, maximumDelay: 0.2), concurrency: 1,
            statistics: ModelStatistics())
        let answers = await answers([1, 2, 255, 3], batcher)
        #expect(answers[255] == .some(nil))
        for value in [UInt8(1), 2, 3] { #expect(answers[value] == value * 2) }
    }

    @Test("refuses inputs whose numbers of rows differ")
    func rows() async {
        let batcher = DynamicBatcher(
            model: "m", work: TensorWork(model: "m", backend: DoublingBackend()), limits: BatchLimits(), concurrency: 1,
            statistics: ModelStatistics()
        )
        let other = Tensor(name: "z", type: .uint8, shape: [3], data: Data(count: 3))
        await #expect(throws: InferenceError.self) { try await batcher.infer([picture(1), other]) }
        await #expect(throws: InferenceError.self) { try await batcher.infer([]) }
    }
}
