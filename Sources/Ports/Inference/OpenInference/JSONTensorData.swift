import Foundation

/// The `data` of a JSON tensor: numbers, booleans or texts, flat or nested, row-major.
struct JSONTensorData: Decodable {
    enum Element: Decodable {
        case integer(Int64)
        case unsigned(UInt64)
        case number(Double)
        case bool(Bool)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Int64.self) {
                self = .integer(value)
            } else if let value = try? container.decode(UInt64.self) {
                self = .unsigned(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    private(set) var elements: [Element] = []

    init(from decoder: any Decoder) throws {
        try append(from: decoder.unkeyedContainer())
    }

    private mutating func append(from container: any UnkeyedDecodingContainer) throws {
        var container = container
        if let count = container.count { elements.reserveCapacity(elements.count + count) }
        while !container.isAtEnd {
            if let nested = try? container.nestedUnkeyedContainer() {
                try append(from: nested)
            } else {
                elements.append(try container.decode(Element.self))
            }
        }
    }
}
