import Foundation

/// Makes tensors of the inputs of a request: from JSON data, or from the raw bytes behind the JSON, in its order.
struct TensorReader {
    let binary: Data

    func tensors(_ inputs: [RequestDocument.Input]) throws -> [Tensor] {
        guard !inputs.isEmpty else { throw InferenceError(.invalidRequest, "the request has no inputs") }
        var seen: Set<String> = []
        var rest = binary
        let tensors = try inputs.map { input in
            guard seen.insert(input.name).inserted else { throw invalid(input, "is given twice") }
            guard let type = ElementType(rawValue: input.datatype) else {
                throw invalid(input, "has the unknown datatype '\(input.datatype)'")
            }
            let count = try TensorShape.count(input.shape, of: type, tensor: input.name)
            guard let size = input.parameters?.binaryDataSize else { return try json(input, type, count) }
            guard input.data == nil else { throw invalid(input, "has both 'data' and 'binary_data_size'") }
            guard size >= 0, size <= rest.count else {
                throw invalid(input, "has binary_data_size \(size), but \(rest.count) bytes are left")
            }
            defer { rest = rest.dropFirst(size) }
            return try raw(input, type, count, rest.prefix(size))
        }
        guard rest.isEmpty else {
            throw InferenceError(.invalidRequest, "\(rest.count) bytes follow the last binary input")
        }
        return tensors
    }

    private func raw(_ input: RequestDocument.Input, _ type: ElementType, _ count: Int, _ data: Data) throws -> Tensor {
        let expected = count * type.byteSize
        guard type == .bytes || data.count == expected else {
            throw invalid(input, "needs \(expected) bytes for its shape \(input.shape), but has \(data.count)")
        }
        let tensor = Tensor(name: input.name, type: type, shape: input.shape, data: data)
        if type == .bytes { _ = try tensor.elements() }
        return tensor
    }

    private func json(_ input: RequestDocument.Input, _ type: ElementType, _ count: Int) throws -> Tensor {
        guard let elements = input.data?.elements else {
            throw invalid(input, "has neither 'data' nor 'binary_data_size'")
        }
        guard elements.count == count else {
            throw invalid(input, "has \(elements.count) elements, but its shape \(input.shape) asks for \(count)")
        }
        if type == .bytes {
            let texts = try elements.map { element in
                guard case .text(let text) = element else { throw invalid(input, "must hold texts") }
                return Data(text.utf8)
            }
            return Tensor(name: input.name, shape: input.shape, elements: texts)
        }
        var data = Data(capacity: count * type.byteSize)
        for element in elements {
            guard element.append(to: &data, as: type) else {
                throw invalid(input, "has a value that is not \(type.rawValue)")
            }
        }
        return Tensor(name: input.name, type: type, shape: input.shape, data: data)
    }

    private func invalid(_ input: RequestDocument.Input, _ problem: String) -> InferenceError {
        InferenceError(.invalidRequest, "input '\(input.name)' \(problem)")
    }
}

extension JSONTensorData.Element {
    /// Appends the element little-endian; false if it has no such form. FP16 and BF16 travel as binary data only.
    fileprivate func append(to data: inout Data, as type: ElementType) -> Bool {
        switch type {
        case .bool: return append(bool.map { UInt8($0 ? 1 : 0) }, to: &data)
        case .uint8: return append(whole(UInt8.self), to: &data)
        case .int8: return append(whole(Int8.self), to: &data)
        case .uint16: return append(whole(UInt16.self), to: &data)
        case .int16: return append(whole(Int16.self), to: &data)
        case .uint32: return append(whole(UInt32.self), to: &data)
        case .int32: return append(whole(Int32.self), to: &data)
        case .uint64: return append(whole(UInt64.self), to: &data)
        case .int64: return append(whole(Int64.self), to: &data)
        case .float32: return append(double.map { Float($0).bitPattern }, to: &data)
        case .float64: return append(double?.bitPattern, to: &data)
        case .float16, .bfloat16, .bytes: return false
        }
    }

    private var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .integer(let value) where value == 0 || value == 1: value == 1
        default: nil
        }
    }

    private var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        case .bool, .text: nil
        }
    }

    private func whole<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        switch self {
        case .integer(let value): Value(exactly: value)
        case .unsigned(let value): Value(exactly: value)
        case .number(let value): Value(exactly: value)
        case .bool, .text: nil
        }
    }

    private func append<Value: FixedWidthInteger>(_ value: Value?, to data: inout Data) -> Bool {
        guard let value else { return false }
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe data.append(contentsOf: $0) }
        return true
    }
}
