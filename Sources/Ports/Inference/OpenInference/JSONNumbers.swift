import Foundation

/// Reads a JSON list of numbers or booleans, flat or nested, row-major, into the bytes of a tensor.
@safe struct JSONNumbers {
    private let text: UnsafeRawBufferPointer
    private let end: Int
    private let type: ElementType
    private let tensor: String
    private var position = 0

    /// - Parameters:
    ///   - text: from `[` to `]`.
    ///   - count: how many elements there must be.
    ///   - tensor: the name for errors.
    /// - Returns: the elements, little-endian.
    /// - Throws: `InferenceError` with `.invalidRequest`.
    static func read(_ text: Data, as type: ElementType, count: Int, tensor: String) throws -> TensorStorage {
        guard type != .float16, type != .bfloat16 else {
            throw InferenceError(
                .invalidRequest, "input '\(tensor)' of type \(type.rawValue) travels as binary data only")
        }
        // An element is at least a digit and a comma: memory is taken only for what can be there.
        guard count <= text.count else { throw Self.wrongCount(tensor, count, "fewer") }
        return try unsafe text.withUnsafeBytes { bytes in
            unsafe try TensorStorage(byteCount: count * type.byteSize) { target in
                var reader = unsafe JSONNumbers(text: bytes, type: type, tensor: tensor)
                try unsafe reader.fill(target, count: count)
            }
        }
    }

    private init(text: UnsafeRawBufferPointer, type: ElementType, tensor: String) {
        unsafe self.text = text
        end = text.count
        self.type = type
        self.tensor = tensor
    }

    private mutating func fill(_ target: UnsafeMutableRawBufferPointer, count: Int) throws(InferenceError) {
        var depth = 0
        var found = 0
        var (expectsValue, mayClose) = (true, false)
        while position < end {
            switch unsafe text[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "[") where expectsValue:
                depth += 1
                position += 1
                mayClose = true
            case UInt8(ascii: "]") where mayClose && depth > 0:
                depth -= 1
                position += 1
                expectsValue = false
            case UInt8(ascii: ",") where !expectsValue && depth > 0:
                position += 1
                (expectsValue, mayClose) = (true, false)
            default:
                guard expectsValue, depth > 0 else { throw invalid() }
                guard found < count else { throw Self.wrongCount(tensor, count, "more") }
                unsafe try store(in: target, at: found)
                found += 1
                (expectsValue, mayClose) = (false, true)
            }
        }
        guard depth == 0 else { throw invalid() }
        guard found == count else { throw Self.wrongCount(tensor, count, "\(found)") }
    }

    private mutating func store(in target: UnsafeMutableRawBufferPointer, at index: Int) throws(InferenceError) {
        let place = index * type.byteSize
        switch type {
        case .bool: unsafe target.storeBytes(of: try bool() ? 1 : 0, toByteOffset: place, as: UInt8.self)
        case .uint8: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: UInt8.self)
        case .int8: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: Int8.self)
        case .uint16: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: UInt16.self)
        case .int16: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: Int16.self)
        case .uint32: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: UInt32.self)
        case .int32: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: Int32.self)
        case .uint64: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: UInt64.self)
        case .int64: unsafe target.storeBytes(of: try whole(), toByteOffset: place, as: Int64.self)
        case .float32: unsafe target.storeBytes(of: Float(try number()), toByteOffset: place, as: Float.self)
        case .float64: unsafe target.storeBytes(of: try number(), toByteOffset: place, as: Double.self)
        case .float16, .bfloat16, .bytes: throw invalid()
        }
    }

    // MARK: one element

    private mutating func bool() throws(InferenceError) -> Bool {
        for (word, value) in [("true", true), ("false", false)] {
            let end = min(position + word.utf8.count, end)
            if unsafe text[position..<end].elementsEqual(word.utf8) {
                position = end
                return value
            }
        }
        let number: UInt8 = try whole()
        guard number <= 1 else { throw invalid() }
        return number == 1
    }

    private mutating func whole<Value: FixedWidthInteger>() throws(InferenceError) -> Value {
        let start = position
        let isNegative = unsafe text[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var magnitude: UInt64 = 0
        let first = position
        while let digit = digit() {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { throw invalid() }
            magnitude = sum
            position += 1
        }
        if position > first, !isNumeric(at: position) {
            let value = isNegative ? Value(exactly: -Int128(magnitude)) : Value(exactly: magnitude)
            guard let value else { throw invalid() }
            return value
        }
        // 1.0 and 2e3 are whole too.
        position = start
        guard let value = Value(exactly: try number()) else { throw invalid() }
        return value
    }

    private mutating func number() throws(InferenceError) -> Double {
        let start = position
        while isNumeric(at: position) { position += 1 }
        let token = unsafe String(decoding: text[start..<position], as: UTF8.self)
        guard token.utf8.count <= 64, token.utf8.last != UInt8(ascii: "."), let value = Double(token), value.isFinite
        else { throw invalid() }
        return value
    }

    private func digit() -> UInt64? {
        guard position < end else { return nil }
        let byte = unsafe text[position]
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? UInt64(byte - UInt8(ascii: "0")) : nil
    }

    private func isNumeric(at position: Int) -> Bool {
        guard position < end else { return false }
        switch unsafe text[position] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            return true
        default: return false
        }
    }

    private func invalid() -> InferenceError {
        InferenceError(.invalidRequest, "input '\(tensor)' has a value that is not \(type.rawValue)")
    }

    private static func wrongCount(_ tensor: String, _ count: Int, _ found: String) -> InferenceError {
        InferenceError(.invalidRequest, "input '\(tensor)' has \(found) elements, but its shape asks for \(count)")
    }
}
