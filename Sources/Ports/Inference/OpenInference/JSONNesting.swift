import Foundation

/// Guards against JSON that nests deeper than any request needs.
enum JSONNesting {
    static let limit = 100

    /// - Throws: `InferenceError` before the parser has to follow the nesting.
    static func check(_ json: Data) throws {
        var depth = 0
        var isText = false
        var isEscaped = false
        for byte in json {
            if isEscaped {
                isEscaped = false
            } else if isText {
                isEscaped = byte == UInt8(ascii: "\\")
                isText = byte != UInt8(ascii: "\"")
            } else {
                switch byte {
                case UInt8(ascii: "\""): isText = true
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                default: break
                }
                guard depth <= limit else {
                    throw InferenceError(
                        .invalidRequest, "JSON nesting depth exceeds maximum allowed limit (\(limit))")
                }
            }
        }
    }

    /// Where and what, without the type names of this program.
    static func sentence(for error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the document" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "'\(key.stringValue)' is missing in \(place(context.codingPath))"
        case .typeMismatch(_, let context): return "\(place(context.codingPath)) has the wrong type"
        case .valueNotFound(_, let context): return "\(place(context.codingPath)) is null"
        case .dataCorrupted(let context): return "\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default: return "it is not valid"
        }
    }
}
