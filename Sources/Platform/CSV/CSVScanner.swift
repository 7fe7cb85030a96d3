/// Splits the text of a table into records of fields.
struct CSVScanner {
    struct Record {
        let line: Int
        let fields: [String]
    }

    private var rest: Substring.UnicodeScalarView
    private let separator: Unicode.Scalar
    private var line = 1

    init(_ text: String) {
        let all = text.unicodeScalars
        let content = all.first == "\u{FEFF}" ? all.dropFirst() : all[...]
        rest = content
        let header = content.prefix { $0 != "\n" && $0 != "\r" }
        let counts: [(Unicode.Scalar, Int)] = [",", ";", "\t"].map { mark in (mark, header.count { $0 == mark }) }
        separator = counts.reduce(counts[0]) { $1.1 > $0.1 ? $1 : $0 }.0
    }

    /// The next record; nil at the end.
    mutating func record() throws(CSVError) -> Record? {
        guard !rest.isEmpty else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard let mark = rest.popFirst() else { break }
            if mark == separator { continue }
            if mark == "\r", rest.first == "\n" { rest.removeFirst() }
            line += 1
            break
        }
        return Record(line: start, fields: fields)
    }

    /// Up to the separator or the end of the line, which stays.
    private mutating func field() throws(CSVError) -> String {
        guard rest.first == "\"" else {
            let text = rest.prefix { $0 != separator && $0 != "\n" && $0 != "\r" }
            rest = rest[text.endIndex...]
            return String(text)
        }
        return try quotedField()
    }

    private mutating func quotedField() throws(CSVError) -> String {
        let start = line
        rest.removeFirst()
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "\"" {
                guard rest.first == "\"" else { return try closed(text) }
                rest.removeFirst()
            } else if scalar == "\n" {
                line += 1
            }
            text.append(scalar)
        }
        throw CSVError(line: start, "a quoted field is not closed")
    }

    private func closed(_ text: String.UnicodeScalarView) throws(CSVError) -> String {
        guard let next = rest.first, next != separator, next != "\n", next != "\r" else { return String(text) }
        throw CSVError(line: line, "there is text after a closing quote; write a quote inside a field twice")
    }
}
