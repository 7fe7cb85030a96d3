import Foundation
import Inference

/// The model `double`: twice its input.
struct DoublingBackend: InferenceBackend {
    func metadata(of model: String) async throws -> ModelMetadata {
        guard model == "double" else { throw InferenceError(.notFound, "there is no model '\(model)'") }
        return ModelMetadata(
            name: "double", version: "3", platform: "test",
            inputs: [.init(name: "x", type: .float32, shape: [-1])],
            outputs: [.init(name: "y", type: .float32, shape: [-1])])
    }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        let doubled = request.inputs[0].floats.map { $0 * 2 }
        return InferResponse(model: request.model, version: "3", outputs: [Tensor(name: "y", floats: doubled)])
    }
}

extension Tensor {
    init(name: String, floats: [Float]) {
        let data = unsafe floats.withUnsafeBytes { unsafe Data($0) }
        self.init(name: name, type: .float32, shape: [floats.count], data: data)
    }

    var floats: [Float] { unsafe withFloats { unsafe Array($0) } }
}
