package import Foundation

/// The answer to an inference request, as JSON or as JSON followed by raw tensors.
package struct OpenInferenceResponse: Sendable {
    package let body: Data
    /// Bytes of JSON at the beginning, if raw tensors follow.
    package let headerLength: Int?

    /// - Parameter outputs: the tensors in the order of the answer, each with the form it travels in.
    /// - Throws: `InferenceError` for a number that JSON cannot hold.
    package init(
        model: String, version: String, id: String?, parameters: [String: String] = [:],
        outputs: [(tensor: Tensor, isBinary: Bool)]
    ) throws {
        let tensors = try outputs.map { output in
            ResponseDocument.Output(
                name: output.tensor.name, shape: output.tensor.shape, datatype: output.tensor.type.rawValue,
                parameters: output.isBinary ? ["binary_data_size": output.tensor.storage.byteCount] : nil,
                data: output.isBinary ? nil : try TensorValues(output.tensor))
        }
        let document = ResponseDocument(
            modelName: model, modelVersion: version, id: id, parameters: parameters.isEmpty ? nil : parameters,
            outputs: tensors)
        let json = try JSONEncoder().encode(document)
        let binary = outputs.filter(\.isBinary).map(\.tensor)
        headerLength = binary.isEmpty ? nil : json.count
        body = binary.reduce(into: json) { body, tensor in
            unsafe tensor.storage.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
        }
    }
}

private struct ResponseDocument: Encodable {
    struct Output: Encodable {
        let name: String
        let shape: [Int]
        let datatype: String
        let parameters: [String: Int]?
        let data: TensorValues?
    }

    let modelName: String
    let modelVersion: String
    let id: String?
    let parameters: [String: String]?
    let outputs: [Output]

    enum CodingKeys: String, CodingKey {
        case modelName = "model_name"
        case modelVersion = "model_version"
        case id, parameters, outputs
    }
}

/// The elements of a tensor as JSON values.
enum TensorValues: Encodable {
    case floats([Float])
    case doubles([Double])
    case bools([Bool])
    case integers([Int64])
    case unsigned([UInt64])
    case texts([String])

    init(_ tensor: Tensor) throws {
        switch tensor.type {
        case .float32:
            let values = unsafe tensor.withFloats { unsafe Array($0) }
            guard values.allSatisfy(\.isFinite) else { throw Self.notFinite(tensor) }
            self = .floats(values)
        case .float64:
            let values = tensor.numbers(of: Double.self)
            guard values.allSatisfy(\.isFinite) else { throw Self.notFinite(tensor) }
            self = .doubles(values)
        case .bool: self = .bools(tensor.numbers(of: UInt8.self).map { $0 != 0 })
        case .uint8: self = .integers(tensor.numbers(of: UInt8.self).map(Int64.init))
        case .int8: self = .integers(tensor.numbers(of: Int8.self).map(Int64.init))
        case .uint16: self = .integers(tensor.numbers(of: UInt16.self).map(Int64.init))
        case .int16: self = .integers(tensor.numbers(of: Int16.self).map(Int64.init))
        case .uint32: self = .integers(tensor.numbers(of: UInt32.self).map(Int64.init))
        case .int32: self = .integers(tensor.numbers(of: Int32.self).map(Int64.init))
        case .int64: self = .integers(tensor.numbers(of: Int64.self))
        case .uint64: self = .unsigned(tensor.numbers(of: UInt64.self))
        case .bytes: self = .texts(try tensor.elements().map { String(decoding: $0, as: UTF8.self) })
        case .float16, .bfloat16:
            throw InferenceError(
                .invalidRequest, "output '\(tensor.name)' of type \(tensor.type.rawValue) travels as binary data only")
        }
    }

    private static func notFinite(_ tensor: Tensor) -> InferenceError {
        InferenceError(.internalError, "output '\(tensor.name)' holds a value that is not a finite number")
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .floats(let values): try container.encode(values)
        case .doubles(let values): try container.encode(values)
        case .bools(let values): try container.encode(values)
        case .unsigned(let values): try container.encode(values)
        case .integers(let values): try container.encode(values)
        case .texts(let values): try container.encode(values)
        }
    }
}
