import Foundation

/// Reads the fields of one protocol-buffer message in their order; every length is checked against what is there.
struct ProtobufReader {
    struct Field {
        let number: Int
        /// The value of a varint or of a fixed number's bits; 0 for bytes.
        let integer: UInt64
        /// A text, a nested message, packed numbers; nil for a number.
        let bytes: Data?
        /// The field as it stands in the file, its header included.
        let encoded: Data

        var text: String { String(decoding: bytes ?? Data(), as: UTF8.self) }
    }

    private let data: Data
    private var position: Int

    init(_ data: Data) {
        self.data = data
        position = data.startIndex
    }

    /// Every field of a message.
    /// - Throws: `ProtobufError` where the message breaks off or says what it cannot mean.
    static func fields(of data: Data) throws(ProtobufError) -> [Field] {
        var reader = ProtobufReader(data)
        var fields: [Field] = []
        while let field = try reader.next() { fields.append(field) }
        return fields
    }

    private mutating func next() throws(ProtobufError) -> Field? {
        guard position < data.endIndex else { return nil }
        let start = position
        let key = try varint()
        guard let number = Int(exactly: key >> 3), number > 0 else { throw ProtobufError() }
        switch key & 7 {
        case 0:
            let value = try varint()
            return Field(number: number, integer: value, bytes: nil, encoded: data[start..<position])
        case 1: return try fixed(8, number, start)
        case 5: return try fixed(4, number, start)
        case 2:
            guard let length = Int(exactly: try varint()) else { throw ProtobufError() }
            let bytes = try take(length)
            return Field(number: number, integer: 0, bytes: bytes, encoded: data[start..<position])
        default: throw ProtobufError()
        }
    }

    private mutating func fixed(_ count: Int, _ number: Int, _ start: Int) throws(ProtobufError) -> Field {
        let value = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Field(number: number, integer: value, bytes: nil, encoded: data[start..<position])
    }

    private mutating func take(_ count: Int) throws(ProtobufError) -> Data {
        guard count <= data.endIndex - position else { throw ProtobufError() }
        defer { position += count }
        return data[position..<position + count]
    }

    private mutating func varint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < data.endIndex else { throw ProtobufError() }
            let byte = data[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw ProtobufError()
    }
}

/// The bytes are no such message.
struct ProtobufError: Error {}
