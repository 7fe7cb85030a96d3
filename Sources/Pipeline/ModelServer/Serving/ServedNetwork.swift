import Inference
import Metrics
import Vision

/// A package's network as a model of its own: pixels in, raw heads or logits out.
struct ServedNetwork {
    private let package: ModelPackage
    private let backend: any InferenceBackend

    /// A detector takes pictures up to this many times as long as its package says.
    private static let enlargement = 2

    init(_ package: ModelPackage, backend: any InferenceBackend) {
        self.package = package
        self.backend = backend
    }

    /// - Throws: `InferenceError` if the network cannot run.
    func model(_ settings: ModelKeeper.Settings, _ metrics: MetricsRegistry) async throws -> ServedModel {
        let metadata = try await backend.metadata(of: package.name)
        try await warmUp(metadata)
        return ServedModel(
            metadata: metadata, backend: backend, limits: settings.batches, concurrency: settings.concurrency,
            statistics: ModelStatistics(model: package.name, metrics: metrics), check: check)
    }

    /// One row of grey.
    private func warmUp(_ metadata: ModelMetadata) async throws {
        let input = package.description.input
        let side = input.longestSide ?? 1024
        let (rows, columns) = (input.height ?? side, input.width ?? side)
        _ = try await backend.infer(
            InferRequest(model: package.name, inputs: [Tensor.grey(name: input.name, shape: [1, rows, columns, 3])]))
    }

    /// What OpenVINO would take memory for without end, or refuse without a word that helps.
    private func check(_ inputs: [Tensor]) throws {
        let input = package.description.input
        guard package.description.task == .faceDetection, let shape = inputs.first?.shape, shape.count == 4 else {
            return
        }
        let multiple = input.multiple ?? 32
        let longest = (input.longestSide ?? 1024) * Self.enlargement
        for side in shape[1...2] where !(multiple...longest).contains(side) || side % multiple != 0 {
            throw InferenceError(
                .invalidRequest,
                "model '\(package.name)': height and width must be multiples of \(multiple) from \(multiple) to \(longest), "
                    + "got \(shape[1]) and \(shape[2])")
        }
    }
}
