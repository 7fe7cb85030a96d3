package import Foundation

/// What a server says of a model (`GET /v2/models/{name}`), as a client reads it.
package struct OpenInferenceDescription: Sendable {
    package let metadata: ModelMetadata

    /// - Parameter model: the one that was asked for.
    /// - Throws: `InferenceError` with `.invalidModel` if it is not the description of a model.
    package init(body: Data, model: String) throws {
        do {
            let document = try JSONDecoder().decode(Document.self, from: RequestText(body).document)
            // Without a version in the address the newest answers.
            let version = document.versions?.max { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
            metadata = ModelMetadata(
                name: model, version: version ?? "", platform: document.platform ?? "",
                inputs: try document.inputs.map { try $0.metadata() },
                outputs: try document.outputs.map { try $0.metadata() })
        } catch {
            let problem = (error as? DecodingError).map(RequestText.sentence) ?? "\(error)"
            throw InferenceError(.invalidModel, "the description of model '\(model)' makes no sense: \(problem)")
        }
    }
}

private struct Document: Decodable {
    struct Description: Decodable {
        let name: String
        let datatype: String
        let shape: [Int]

        func metadata() throws -> ModelMetadata.TensorMetadata {
            guard let type = ElementType(rawValue: datatype) else {
                throw InferenceError(.invalidModel, "tensor '\(name)' has the unknown datatype '\(datatype)'")
            }
            return ModelMetadata.TensorMetadata(name: name, type: type, shape: shape)
        }
    }

    let versions: [String]?
    let platform: String?
    let inputs: [Description]
    let outputs: [Description]
}
