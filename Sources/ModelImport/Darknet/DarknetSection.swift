/// One `[section]` of a darknet `.cfg` file and its `key=value` lines (AlexeyAB/darknet, src/option_list.c and src/parser.c).
struct DarknetSection {
    struct Value {
        let text: String
        let line: Int
    }

    let file: String
    let type: String
    let line: Int
    private(set) var values: [String: Value] = [:]

    static let maximumSections = 1000
    private static let maximumLine = 4096

    /// - Throws: `ModelImportError` with the first line that is neither a section nor `key=value`.
    static func sections(of file: ModelFile) throws(ModelImportError) -> [DarknetSection] {
        var sections: [DarknetSection] = []
        let lines = try file.text().split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, raw) in lines.enumerated() {
            let number = index + 1
            guard raw.utf8.count <= maximumLine else {
                throw ModelImportError(file.name, line: number, "the line is longer than \(maximumLine) bytes")
            }
            let text = raw.prefix { $0 != "#" }.filter { !$0.isWhitespace }
            if text.isEmpty || text.hasPrefix(";") { continue }
            if text.hasPrefix("[") {
                sections.append(try section(String(text), line: number, file: file.name, after: sections.count))
            } else {
                guard !sections.isEmpty else {
                    throw ModelImportError(file.name, line: number, "'\(text)' stands before the first section")
                }
                try sections[sections.count - 1].add(String(text), line: number)
            }
        }
        return sections
    }

    private static func section(
        _ text: String, line: Int, file: String, after count: Int
    ) throws(ModelImportError) -> DarknetSection {
        guard text.hasSuffix("]"), text.count > 2 else {
            throw ModelImportError(file, line: line, "'\(text)' is no section; write [convolutional]")
        }
        guard count < maximumSections else {
            throw ModelImportError(file, line: line, "there are more than \(maximumSections) sections")
        }
        return DarknetSection(file: file, type: String(text.dropFirst().dropLast()), line: line)
    }

    private init(file: String, type: String, line: Int) {
        self.file = file
        self.type = type
        self.line = line
    }

    /// Of a key that is given twice darknet takes the first.
    private mutating func add(_ text: String, line: Int) throws(ModelImportError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw ModelImportError(file, line: line, "'\(text)' is neither a section nor key=value")
        }
        if values[parts[0]] == nil { values[parts[0]] = Value(text: parts[1], line: line) }
    }

    /// An error at this section, or at the line of one of its keys.
    func error(_ message: String, at key: String? = nil) -> ModelImportError {
        let place = key.flatMap { values[$0]?.line } ?? line
        return ModelImportError(file, line: place, "[\(type)] \(message)")
    }

    /// - Throws: `ModelImportError` if the value is no whole number in `range`, or missing without a `fallback`.
    func integer(
        _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
    ) throws(ModelImportError) -> Int {
        guard let value = values[key] else {
            guard let fallback else { throw error("needs \(key)=") }
            return fallback
        }
        guard let number = Int(value.text), range.contains(number) else {
            throw error(
                "\(key)=\(value.text) is not a whole number from \(range.lowerBound) to \(range.upperBound)", at: key)
        }
        return number
    }

    func flag(_ key: String) throws(ModelImportError) -> Bool { try integer(key, in: 0...1, default: 0) == 1 }

    /// - Throws: `ModelImportError` if the value is no finite number in `range`.
    func number(
        _ key: String, in range: ClosedRange<Float>, default fallback: Float
    ) throws(ModelImportError) -> Float {
        guard let value = values[key] else { return fallback }
        guard let number = Float(value.text), range.contains(number) else {
            throw error(
                "\(key)=\(value.text) is not a number from \(range.lowerBound) to \(range.upperBound)", at: key)
        }
        return number
    }

    /// A list with commas; a comma at its end is allowed, as darknet allows it.
    func list(_ key: String, most: Int) throws(ModelImportError) -> [Float] {
        guard let value = values[key] else { throw error("needs \(key)=") }
        let parts = value.text.split(separator: ",")
        let numbers = parts.compactMap { Float($0) }.filter(\.isFinite)
        guard !parts.isEmpty, parts.count <= most, numbers.count == parts.count else {
            throw error("\(key)=\(value.text) is not a list of 1 to \(most) numbers", at: key)
        }
        return numbers
    }

    /// A list of whole numbers.
    func integers(_ key: String, most: Int) throws(ModelImportError) -> [Int] {
        let numbers = try list(key, most: most)
        guard numbers.allSatisfy({ $0 == $0.rounded() && abs($0) < 1_000_000 }) else {
            throw error("\(key)=\(values[key]?.text ?? "") is not a list of whole numbers", at: key)
        }
        return numbers.map { Int($0) }
    }

    /// A key that is not understood could change what the network computes, so it is refused.
    func allowOnly(_ known: Set<String>) throws(ModelImportError) {
        let unknown = values.filter { !known.contains($0.key) }.min { $0.value.line < $1.value.line }
        guard let unknown else { return }
        throw error("\(unknown.key)= is not understood and could change the network", at: unknown.key)
    }
}
