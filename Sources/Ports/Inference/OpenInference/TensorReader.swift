import Foundation

/// Makes tensors of the inputs of a request or the outputs of an answer: from JSON data, or from the raw bytes behind the
/// JSON, in its order.
struct TensorReader {
    let binary: Data
    /// The JSON data that was cut out of the text.
    let arrays: [Data]
    /// What the tensors are called in errors.
    var noun = "input"

    /// Most texts or files of one tensor: each takes memory of its own.
    private static let maximumTexts = 65_536

    func tensors(_ inputs: [TensorDocument]) throws -> [Tensor] {
        var seen: Set<String> = []
        var rest = binary
        let tensors = try inputs.map { input in
            guard seen.insert(input.name).inserted else { throw invalid(input, "is given twice") }
            guard let type = ElementType(rawValue: input.datatype) else {
                throw invalid(input, "has the unknown datatype '\(input.datatype)'")
            }
            let count = try TensorShape.count(input.shape, of: type, tensor: input.name)
            guard type != .bytes || count <= Self.maximumTexts else {
                throw invalid(input, "has \(count) elements; BYTES may have \(Self.maximumTexts)")
            }
            guard let size = input.parameters?.binaryDataSize else { return try json(input, type, count) }
            guard input.data == nil else { throw invalid(input, "has both 'data' and 'binary_data_size'") }
            guard size >= 0, size <= rest.count else {
                throw invalid(input, "has binary_data_size \(size), but \(rest.count) bytes are left")
            }
            defer { rest = rest.dropFirst(size) }
            return try raw(input, type, count, rest.prefix(size))
        }
        guard rest.isEmpty else {
            throw InferenceError(.invalidRequest, "\(rest.count) bytes follow the last binary \(noun)")
        }
        return tensors
    }

    private func raw(_ input: TensorDocument, _ type: ElementType, _ count: Int, _ data: Data) throws -> Tensor {
        let expected = count * type.byteSize
        guard type == .bytes || data.count == expected else {
            throw invalid(input, "needs \(expected) bytes for its shape \(input.shape), but has \(data.count)")
        }
        let tensor = Tensor(name: input.name, type: type, shape: input.shape, data: data)
        if type == .bytes { _ = try tensor.elements() }
        return tensor
    }

    private func json(_ input: TensorDocument, _ type: ElementType, _ count: Int) throws -> Tensor {
        guard let place = input.data?.first, arrays.indices.contains(place) else {
            throw invalid(input, "has neither 'data' nor 'binary_data_size'")
        }
        guard type == .bytes else {
            let storage = try JSONNumbers.read(arrays[place], as: type, count: count, tensor: input.name)
            return Tensor(name: input.name, type: type, shape: input.shape, storage: storage)
        }
        let texts: [String]
        do { texts = try JSONDecoder().decode(NestedTexts.self, from: arrays[place]).texts } catch {
            throw invalid(input, "must hold texts")
        }
        guard texts.count == count else {
            throw invalid(input, "has \(texts.count) elements, but its shape \(input.shape) asks for \(count)")
        }
        return Tensor(name: input.name, shape: input.shape, elements: texts.map { Data($0.utf8) })
    }

    private func invalid(_ input: TensorDocument, _ problem: String) -> InferenceError {
        InferenceError(.invalidRequest, "\(noun) '\(input.name)' \(problem)")
    }
}

/// Texts, flat or nested, row-major.
private struct NestedTexts: Decodable {
    private(set) var texts: [String] = []

    init(from decoder: any Decoder) throws { try append(from: decoder.unkeyedContainer()) }

    private mutating func append(from container: any UnkeyedDecodingContainer) throws {
        var container = container
        while !container.isAtEnd {
            if let text = try? container.decode(String.self) {
                texts.append(text)
            } else {
                try append(from: container.nestedUnkeyedContainer())
            }
        }
    }
}
