import Foundation

/// The JSON of a request with the `data` of its tensors cut out: millions of numbers are read where they stand
/// (`JSONNumbers`), and only the few words around them go through the JSON decoder.
struct RequestText {
    static let nestingLimit = 100

    /// The JSON with every `data` replaced by `[place in arrays]`.
    private(set) var document = Data()
    /// Each from its `[` to its `]`.
    private(set) var arrays: [Data] = []

    /// - Throws: `InferenceError` for JSON that nests deeper than any request needs.
    init(_ json: Data) throws(InferenceError) {
        var scanner = BracketScanner(json)
        var copied = json.startIndex
        while let token = try scanner.next() {
            // The object of a tensor lies in a list in the document: the third level.
            guard case .key(let name) = token, scanner.depth == 3, json[name] == Self.dataKey,
                let array = try scanner.array()
            else { continue }
            document += json[copied..<array.lowerBound] + Data("[\(arrays.count)]".utf8)
            arrays.append(json[array])
            copied = array.upperBound
        }
        document += json[copied...]
    }

    private static let dataKey = Data("\"data\"".utf8)

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

/// Follows brackets and texts through JSON, without caring for what else is in it.
private struct BracketScanner {
    enum Token {
        /// A text with a colon after it, quotes included.
        case key(Range<Data.Index>)
        case other
    }

    private let json: Data
    private var position: Data.Index
    private(set) var depth = 0

    init(_ json: Data) {
        self.json = json
        position = json.startIndex
    }

    /// The next bracket or text; nil at the end.
    mutating func next() throws(InferenceError) -> Token? {
        while position < json.endIndex {
            switch json[position] {
            case UInt8(ascii: "\""):
                let start = position
                skipText()
                let end = position
                skipSpace()
                return position < json.endIndex && json[position] == UInt8(ascii: ":") ? .key(start..<end) : .other
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                try enter()
                return .other
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                position += 1
                return .other
            default: position += 1
            }
        }
        return nil
    }

    /// The list behind the colon at which `next` stopped; nil if something else or nothing complete is there.
    mutating func array() throws(InferenceError) -> Range<Data.Index>? {
        position += 1
        skipSpace()
        guard position < json.endIndex, json[position] == UInt8(ascii: "[") else { return nil }
        let (start, outside) = (position, depth)
        repeat {
            guard try next() != nil else { return nil }
        } while depth > outside
        return start..<position
    }

    private mutating func enter() throws(InferenceError) {
        depth += 1
        position += 1
        guard depth <= RequestText.nestingLimit else {
            throw InferenceError(
                .invalidRequest, "JSON nesting depth exceeds maximum allowed limit (\(RequestText.nestingLimit))")
        }
    }

    private mutating func skipText() {
        position += 1
        while position < json.endIndex, json[position] != UInt8(ascii: "\"") {
            position += json[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position = min(position + 1, json.endIndex)
    }

    private mutating func skipSpace() {
        while position < json.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(json[position]) { position += 1 }
    }
}
