import Foundation

/// Writes protocol-buffer messages field by field (protobuf.dev/programming-guides/encoding).
struct ProtobufWriter {
    private(set) var data = Data()

    mutating func integer(_ field: Int, _ value: Int) {
        varint(UInt64(field) << 3)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func float(_ field: Int, _ value: Float) {
        varint(UInt64(field) << 3 | 5)
        append(value.bitPattern)
    }

    mutating func text(_ field: Int, _ value: String) { bytes(field, Data(value.utf8)) }

    mutating func bytes(_ field: Int, _ value: Data) {
        header(field, length: value.count)
        data.append(value)
    }

    mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var nested = ProtobufWriter()
        write(&nested)
        bytes(field, nested.data)
    }

    /// Numbers in one run, little-endian as every machine is that this runs on.
    mutating func floats(_ field: Int, _ values: [Float]) {
        header(field, length: values.count * 4)
        unsafe values.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
    }

    mutating func int64s(_ field: Int, _ values: [Int]) {
        header(field, length: values.count * 8)
        for value in values {
            unsafe withUnsafeBytes(of: Int64(value).littleEndian) { unsafe data.append(contentsOf: $0) }
        }
    }

    /// What stands before `length` bytes of a field that follows.
    mutating func header(_ field: Int, length: Int) {
        varint(UInt64(field) << 3 | 2)
        varint(UInt64(length))
    }

    /// Fields that are encoded already.
    mutating func raw(_ encoded: Data) { data.append(encoded) }

    private mutating func append(_ bits: UInt32) {
        unsafe withUnsafeBytes(of: bits.littleEndian) { unsafe data.append(contentsOf: $0) }
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            data.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        data.append(UInt8(rest))
    }
}
