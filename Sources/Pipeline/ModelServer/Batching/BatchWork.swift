package import Foundation
package import Imaging
package import Inference
package import Vision

/// What a `DynamicBatcher` does with the requests of a batch.
package protocol BatchWork: Sendable {
    associatedtype Item: Sendable
    associatedtype Answer: Sendable
    /// Requests of equal shapes may share a batch.
    associatedtype Shape: Hashable, Sendable

    /// - Throws: `InferenceError` for a request that can be in no batch.
    func measure(_ item: Item) throws -> (rows: Int, shape: Shape)

    /// One answer a request, in their order.
    /// - Throws: what keeps all of them from being answered.
    @concurrent func run(_ batch: [Item]) async throws -> [Answer]
}

/// Tensors below each other, through a network at once.
package struct TensorWork: BatchWork {
    package struct Shape: Hashable, Sendable {
        let tensors: BatchTensors.Shape
    }

    private let model: String
    private let backend: any InferenceBackend

    package init(model: String, backend: any InferenceBackend) {
        self.model = model
        self.backend = backend
    }

    package func measure(_ item: [Tensor]) throws -> (rows: Int, shape: Shape) {
        (try BatchTensors.rows(of: item), Shape(tensors: BatchTensors.Shape(item)))
    }

    @concurrent package func run(_ batch: [[Tensor]]) async throws -> [InferResponse] {
        let response = try await backend.infer(InferRequest(model: model, inputs: BatchTensors.joined(batch)))
        let rows = try batch.map { try BatchTensors.rows(of: $0) }
        return try BatchTensors.split(response.outputs, rows: rows).map {
            InferResponse(model: response.model, version: response.version, outputs: $0)
        }
    }
}

/// Files of pictures, through the whole pipeline: every picture by itself up to its faces, then all faces of all pictures
/// together. A picture that cannot be read fails alone.
package struct PictureWork: BatchWork {
    package typealias Results = [Result<PictureAnalysis, PictureError>]
    /// Looks at pictures: `FaceAnalyzer.analyze`.
    package typealias Analyze = @Sendable ([Data]) async throws -> Results

    private let analyze: Analyze

    package init(analyze: @escaping Analyze) { self.analyze = analyze }

    /// Pictures of any size share a batch.
    package func measure(_ item: [Data]) throws -> (rows: Int, shape: Bool) { (item.count, true) }

    @concurrent package func run(_ batch: [[Data]]) async throws -> [Results] {
        var results = try await analyze(batch.flatMap(\.self))[...]
        return batch.map { pictures in
            defer { results = results.dropFirst(pictures.count) }
            return Array(results.prefix(pictures.count))
        }
    }
}
