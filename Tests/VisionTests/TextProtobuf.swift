/// Reads the text form of a protobuf message, as far as configurations need it (protobuf.dev, "Text Format Language
/// Specification"): scalar fields, lists, nested messages, comments.
struct TextProtobuf {
    indirect enum Value {
        case text(String)
        case number(Int)
        case word(String)
        case message(TextProtobuf)
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private var fields: [(name: String, value: Value)] = []

    static func parse(_ text: String) throws -> TextProtobuf {
        var tokens = try tokens(of: text)[...]
        let message = try message(&tokens, isNested: false)
        guard tokens.isEmpty else { throw Problem(description: "'\(tokens[tokens.startIndex])' follows the end") }
        return message
    }

    private func values(_ name: String) -> [Value] { fields.filter { $0.name == name }.map(\.value) }

    func text(_ name: String) -> String? {
        if case .text(let text)? = values(name).first { text } else { nil }
    }
    func word(_ name: String) -> String? {
        if case .word(let word)? = values(name).first { word } else { nil }
    }
    func number(_ name: String) -> Int? { numbers(name).first }
    func numbers(_ name: String) -> [Int] {
        values(name).compactMap { if case .number(let number) = $0 { number } else { nil } }
    }
    func messages(_ name: String) -> [TextProtobuf] {
        values(name).compactMap { if case .message(let message) = $0 { message } else { nil } }
    }

    private static func message(_ tokens: inout ArraySlice<String>, isNested: Bool) throws -> TextProtobuf {
        var message = TextProtobuf()
        while let name = tokens.first, name != "}" {
            guard name.first?.isLetter == true else { throw Problem(description: "'\(name)' is no field") }
            tokens.removeFirst()
            let hasColon = tokens.first == ":"
            if hasColon { tokens.removeFirst() }
            if tokens.first == "[" {
                tokens.removeFirst()
                while true {
                    message.fields.append((name, try value(&tokens, mayBeScalar: hasColon)))
                    let next = tokens.popFirst()
                    if next == "]" { break }
                    guard next == "," else { throw Problem(description: "the list '\(name)' lacks a comma") }
                }
            } else {
                message.fields.append((name, try value(&tokens, mayBeScalar: hasColon)))
            }
        }
        guard isNested == (tokens.first == "}") else { throw Problem(description: "braces do not match") }
        return message
    }

    private static func value(_ tokens: inout ArraySlice<String>, mayBeScalar: Bool) throws -> Value {
        guard let token = tokens.popFirst() else { throw Problem(description: "a value is missing") }
        if token == "{" {
            let nested = try message(&tokens, isNested: true)
            tokens.removeFirst()
            return .message(nested)
        }
        guard mayBeScalar else { throw Problem(description: "'\(token)' needs a colon before it") }
        if token.hasPrefix("\"") { return .text(String(token.dropFirst().dropLast())) }
        if let number = Int(token) { return .number(number) }
        guard token.first?.isLetter == true else { throw Problem(description: "'\(token)' is no value") }
        return .word(token)
    }

    private static func tokens(of text: String) throws -> [String] {
        var tokens: [String] = []
        for line in text.split(separator: "\n") {
            var rest = line[...]
            while let first = rest.first, first != "#" {
                if first == " " {
                    rest.removeFirst()
                } else if first == "\"" {
                    guard let end = rest.dropFirst().firstIndex(of: "\"") else {
                        throw Problem(description: "a text does not end")
                    }
                    tokens.append(String(rest[...end]))
                    rest = rest[rest.index(after: end)...]
                } else if "{}[]:,".contains(first) {
                    tokens.append(String(rest.removeFirst()))
                } else {
                    let word = rest.prefix { !" {}[]:,\"#".contains($0) }
                    tokens.append(String(word))
                    rest = rest.dropFirst(word.count)
                }
            }
        }
        return tokens
    }
}
