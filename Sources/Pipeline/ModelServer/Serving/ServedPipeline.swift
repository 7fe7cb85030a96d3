package import Foundation
import Imaging
import Inference
package import Vision

/// The model `maskwatch`: pictures in, faces out. Requests that arrive together are looked at together.
package struct ServedPipeline: Sendable {
    /// Most pictures of one request.
    package static let maximumPictures = 64

    package let model: ServedModel
    private let batcher: DynamicBatcher<PictureWork>

    /// - Parameters:
    ///   - platform: what looks at the pictures, as the metadata says it.
    ///   - models: `name/version` of the networks that do; every answer says it.
    ///   - analyze: looks at pictures; throws `InferenceError` if none of them could be looked at.
    package init(
        platform: String, models: [String], statistics: ModelStatistics, limits: BatchLimits, concurrency: Int,
        analyze: @escaping PictureWork.Analyze
    ) {
        let metadata = MaskwatchModel.metadata(version: "1", platform: platform)
        let batcher = DynamicBatcher(
            model: metadata.name, work: PictureWork(analyze: analyze), limits: limits, concurrency: concurrency,
            statistics: statistics)
        self.batcher = batcher
        model = ServedModel(metadata: metadata, statistics: statistics, limits: Self.check) { inputs, timeout in
            let pictures = try MaskwatchModel.pictures(in: inputs)
            let results = try await batcher.infer(pictures, timeout: timeout)
            try Self.refuseIfAllAreBad(results)
            return InferResponse(
                model: metadata.name, version: metadata.version, outputs: MaskwatchModel.outputs(results),
                parameters: MaskwatchModel.parameters(models: models))
        }
    }

    /// One picture.
    /// - Throws: `PictureError` or `InferenceError`.
    package func detect(_ picture: Data) async throws -> PictureAnalysis {
        let results = try await batcher.infer([picture])
        guard let result = results.first else { throw InferenceError(.internalError, "the picture got no answer") }
        return try result.get()
    }

    private static func check(_ inputs: [Tensor]) throws {
        let count = inputs.first?.count ?? 0
        guard (1...maximumPictures).contains(count) else {
            throw InferenceError(
                .invalidRequest,
                "model '\(MaskwatchModel.name)': a request has from 1 to \(maximumPictures) pictures, got \(count)")
        }
    }

    private static func refuseIfAllAreBad(_ results: PictureWork.Results) throws {
        let errors = results.compactMap { result -> PictureError? in
            if case .failure(let error) = result { error } else { nil }
        }
        guard errors.count == results.count, let first = errors.first else { return }
        let which = errors.count == 1 ? "the picture" : "none of the \(errors.count) pictures"
        let verb = errors.count == 1 ? "cannot be read" : "can be read; the first"
        throw InferenceError(
            .invalidRequest,
            "model '\(MaskwatchModel.name)': \(which) \(verb): \(first.code.rawValue): \(first.message)",
            detail: InferenceError.Detail(code: first.code.rawValue, message: first.message))
    }
}
