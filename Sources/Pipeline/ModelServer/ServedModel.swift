package import Inference

/// One version of a model that is ready to infer.
package struct ServedModel: Sendable {
    package let metadata: ModelMetadata
    package let statistics: ModelStatistics
    let infer: @Sendable (_ inputs: [Tensor], _ timeout: Duration?) async throws -> InferResponse

    /// - Parameter infer: runs one request; throws `InferenceError`.
    package init(
        metadata: ModelMetadata, statistics: ModelStatistics,
        infer: @escaping @Sendable (_ inputs: [Tensor], _ timeout: Duration?) async throws -> InferResponse
    ) {
        self.metadata = metadata
        self.statistics = statistics
        self.infer = infer
    }

    /// A model whose requests join into batches.
    package init(metadata: ModelMetadata, backend: any InferenceBackend, limits: BatchLimits, concurrency: Int = 1) {
        let statistics = ModelStatistics()
        let batcher = DynamicBatcher(
            model: metadata.name, backend: backend, limits: limits, concurrency: concurrency, statistics: statistics)
        self.init(metadata: metadata, statistics: statistics) { try await batcher.infer($0, timeout: $1) }
    }

    /// Checks names, types and shapes against the metadata before anything runs.
    /// - Throws: `InferenceError` naming the model, the input, what was expected and what was received.
    func check(_ inputs: [Tensor]) throws {
        let expected = metadata.inputs
        guard inputs.count == expected.count else {
            throw invalid("expected \(expected.count) inputs but got \(inputs.count)")
        }
        for input in inputs {
            guard let wanted = expected.first(where: { $0.name == input.name }) else {
                throw invalid(
                    "unexpected input '\(input.name)'; it takes \(expected.map(\.name).joined(separator: ", "))")
            }
            guard wanted.type == input.type else {
                throw invalid("input '\(input.name)' is \(input.type.rawValue), but must be \(wanted.type.rawValue)")
            }
            let fits =
                wanted.shape.count == input.shape.count
                && zip(wanted.shape, input.shape).allSatisfy { $0 == -1 || $0 == $1 }
            guard fits else {
                throw invalid("input '\(input.name)' has the shape \(input.shape), but must be like \(wanted.shape)")
            }
        }
    }

    private func invalid(_ problem: String) -> InferenceError {
        InferenceError(.invalidRequest, "model '\(metadata.name)': \(problem)")
    }
}
