/// Runs networks. Implementations may run many requests at once and must keep them apart: one that fails fails alone.
package protocol InferenceBackend: Sendable {
    /// - Throws: `InferenceError` with `.notFound`.
    func metadata(of model: String) async throws -> ModelMetadata

    /// - Throws: `InferenceError`.
    func infer(_ request: InferRequest) async throws -> InferResponse
}

/// A model's tensors; -1 is a variable dimension.
package struct ModelMetadata: Hashable, Sendable {
    package struct TensorMetadata: Hashable, Sendable {
        package let name: String
        package let type: ElementType
        package let shape: [Int]

        package init(name: String, type: ElementType, shape: [Int]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    package let name: String
    package let version: String
    package let platform: String
    package let inputs: [TensorMetadata]
    package let outputs: [TensorMetadata]

    package init(
        name: String, version: String, platform: String, inputs: [TensorMetadata], outputs: [TensorMetadata]
    ) {
        self.name = name
        self.version = version
        self.platform = platform
        self.inputs = inputs
        self.outputs = outputs
    }
}

package struct InferRequest: Sendable {
    package let model: String
    package let inputs: [Tensor]

    package init(model: String, inputs: [Tensor]) {
        self.model = model
        self.inputs = inputs
    }
}

package struct InferResponse: Sendable {
    package let model: String
    package let version: String
    package let outputs: [Tensor]
    /// What the model says about this answer besides.
    package let parameters: [String: String]

    package init(model: String, version: String, outputs: [Tensor], parameters: [String: String] = [:]) {
        self.model = model
        self.version = version
        self.outputs = outputs
        self.parameters = parameters
    }

    /// - Throws: `InferenceError` with `.invalidModel` if the model gave no such output.
    package func output(_ name: String) throws -> Tensor {
        guard let tensor = outputs.first(where: { $0.name == name }) else {
            throw InferenceError(.invalidModel, "model '\(model)' has no output '\(name)'")
        }
        return tensor
    }
}

package struct InferenceError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound, invalidRequest, invalidModel, unavailable, overloaded, internalError
    }

    /// What exactly is wrong with the input, for programs.
    package struct Detail: Hashable, Sendable, Codable {
        /// A word of the model.
        package let code: String
        package let message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    package let code: Code
    package let message: String
    package let detail: Detail?

    package init(_ code: Code, _ message: String, detail: Detail? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    package var isRetriable: Bool { code == .unavailable || code == .overloaded }

    package var description: String { message }
}
