package import Foundation

/// One inference request of the Open Inference Protocol, JSON or with binary tensors
/// (kserve/open-inference-protocol inference_rest.md; triton-inference-server extension_binary_data.md).
package struct OpenInferenceRequest: Sendable {
    package struct Output: Hashable, Sendable {
        package let name: String
        package let isBinary: Bool
    }

    package static let headerLengthField = "Inference-Header-Content-Length"

    package let id: String?
    package let inputs: [Tensor]
    /// Nil: all outputs of the model.
    package let outputs: [Output]?
    /// What holds for outputs that do not say.
    package let isBinaryByDefault: Bool
    /// How long the caller wants to wait, in microseconds.
    package let timeout: Int?

    /// - Parameters:
    ///   - headerLength: bytes of JSON at the beginning of the body; nil if all of it is JSON.
    /// - Throws: `InferenceError` with `.invalidRequest`, saying what was found and what was expected.
    package init(body: Data, headerLength: Int?) throws {
        let length = headerLength ?? body.count
        guard (1...max(body.count, 1)).contains(length), length <= body.count else {
            throw InferenceError(
                .invalidRequest,
                "\(Self.headerLengthField) is \(length), but must be from 1 to the body's \(body.count) bytes")
        }
        let text = try RequestText(body.prefix(length))
        let document = try RequestDocument.decode(text.document)
        guard !document.inputs.isEmpty else { throw InferenceError(.invalidRequest, "the request has no inputs") }
        let reader = TensorReader(binary: body.dropFirst(length), arrays: text.arrays)
        inputs = try reader.tensors(document.inputs)
        id = document.id
        isBinaryByDefault = document.parameters?.binaryDataOutput ?? false
        timeout = document.parameters?.timeout
        outputs = try Self.outputs(document, isBinaryByDefault)
    }

    private static func outputs(_ document: RequestDocument, _ isBinaryByDefault: Bool) throws -> [Output]? {
        guard let wanted = document.outputs, !wanted.isEmpty else { return nil }
        var seen: Set<String> = []
        return try wanted.map { output in
            guard seen.insert(output.name).inserted else {
                throw InferenceError(.invalidRequest, "output '\(output.name)' is asked for twice")
            }
            return Output(name: output.name, isBinary: output.parameters?.binaryData ?? isBinaryByDefault)
        }
    }
}

/// The JSON part as it stands in the request.
struct RequestDocument: Decodable {
    struct Parameters: Decodable {
        var binaryDataOutput: Bool?
        var timeout: Int?

        enum CodingKeys: String, CodingKey {
            case binaryDataOutput = "binary_data_output"
            case timeout
        }
    }

    struct OutputParameters: Decodable {
        var binaryData: Bool?

        enum CodingKeys: String, CodingKey { case binaryData = "binary_data" }
    }

    struct Output: Decodable {
        let name: String
        let parameters: OutputParameters?
    }

    let id: String?
    let parameters: Parameters?
    let inputs: [TensorDocument]
    let outputs: [Output]?

    static func decode(_ json: Data) throws -> RequestDocument {
        do { return try JSONDecoder().decode(RequestDocument.self, from: json) } catch let error as DecodingError {
            throw InferenceError(
                .invalidRequest, "failed to parse the request JSON: \(RequestText.sentence(for: error))")
        }
    }
}
