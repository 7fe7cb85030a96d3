package import Foundation

/// An inference request as a client sends it: JSON, then the elements of every input. It asks for all outputs in the same
/// form (triton-inference-server extension_binary_data.md).
package struct OpenInferenceCall: Sendable {
    package let body: Data
    /// Bytes of JSON at the beginning.
    package let headerLength: Int

    package init(inputs: [Tensor]) throws {
        let json = try JSONEncoder().encode(CallDocument(inputs))
        var body = Data(capacity: inputs.reduce(json.count) { $0 + $1.storage.byteCount })
        body.append(json)
        for input in inputs {
            unsafe input.storage.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
        }
        self.body = body
        headerLength = json.count
    }
}

private struct CallDocument: Encodable {
    struct Input: Encodable {
        let name: String
        let shape: [Int]
        let datatype: String
        let parameters: [String: Int]
    }

    let parameters = ["binary_data_output": true]
    let inputs: [Input]

    enum CodingKeys: String, CodingKey { case parameters, inputs }

    init(_ tensors: [Tensor]) {
        inputs = tensors.map { tensor in
            Input(
                name: tensor.name, shape: tensor.shape, datatype: tensor.type.rawValue,
                parameters: ["binary_data_size": tensor.storage.byteCount])
        }
    }
}
