import Foundation
package import Inference

/// One version of a model that is ready to infer.
package struct ServedModel: Sendable {
    package typealias Infer = @Sendable (_ inputs: [Tensor], _ timeout: Duration?) async throws -> InferResponse
    /// Throws `InferenceError` for inputs that fit the metadata and still cannot be taken.
    package typealias Check = @Sendable (_ inputs: [Tensor]) throws -> Void

    package let metadata: ModelMetadata
    package let statistics: ModelStatistics
    private let infer: Infer
    private let limits: Check

    /// - Parameters:
    ///   - limits: what is asked of inputs beside the metadata.
    ///   - infer: runs one request; throws `InferenceError`.
    package init(
        metadata: ModelMetadata, statistics: ModelStatistics, limits: @escaping Check = { _ in },
        infer: @escaping Infer
    ) {
        self.metadata = metadata
        self.statistics = statistics
        self.limits = limits
        self.infer = infer
    }

    /// A network whose requests join into batches.
    package init(
        metadata: ModelMetadata, backend: any InferenceBackend, limits: BatchLimits, concurrency: Int = 1,
        statistics: ModelStatistics = ModelStatistics(), check: @escaping Check = { _ in }
    ) {
        let batcher = DynamicBatcher(
            model: metadata.name, work: TensorWork(model: metadata.name, backend: backend), limits: limits,
            concurrency: concurrency, statistics: statistics)
        self.init(
            metadata: metadata, statistics: statistics,
            limits: { inputs in
                let rows = try BatchTensors.rows(of: inputs)
                guard rows <= limits.maximumBatchSize else {
                    throw InferenceError(
                        .invalidRequest,
                        "model '\(metadata.name)': a request may have at most \(limits.maximumBatchSize) rows, got \(rows)"
                    )
                }
                try check(inputs)
            }, infer: { try await batcher.infer($0, timeout: $1) })
    }

    /// The same model under another name.
    func named(_ name: String) -> ServedModel {
        ServedModel(
            metadata: ModelMetadata(
                name: name, version: metadata.version, platform: metadata.platform, inputs: metadata.inputs,
                outputs: metadata.outputs), statistics: statistics, limits: limits, infer: infer)
    }

    /// Runs one request.
    /// - Parameter timeout: how long the caller waits for its turn.
    /// - Throws: `InferenceError`.
    package func answer(_ inputs: [Tensor], timeout: Duration? = nil) async throws -> InferResponse {
        try check(inputs)
        return try await infer(inputs, timeout)
    }

    /// Checks names, types and shapes against the metadata before anything runs.
    /// - Throws: `InferenceError` naming the model, the input, what was expected and what was received.
    private func check(_ inputs: [Tensor]) throws {
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
        try limits(inputs)
    }

    private func invalid(_ problem: String) -> InferenceError {
        InferenceError(.invalidRequest, "model '\(metadata.name)': \(problem)")
    }
}
