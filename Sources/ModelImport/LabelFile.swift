/// The names of a model's classes, one a line, as darknet's `.names` files have them.
enum LabelFile {
    static let maximum = 1000
    static let maximumLength = 128

    /// - Throws: `ModelImportError` if there is none, one is empty or given twice.
    static func labels(in file: ModelFile) throws(ModelImportError) -> [String] {
        var lines = try file.text().split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { $0.trimming(while: \.isWhitespace) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard (1...maximum).contains(lines.count) else {
            throw ModelImportError(
                file.name, "there are \(lines.count) names; 1 to \(maximum) are expected, one a line")
        }
        var seen: Set<String> = []
        for (index, label) in lines.enumerated() {
            guard !label.isEmpty, label.utf8.count <= maximumLength else {
                throw ModelImportError(
                    file.name, line: index + 1, "a name is empty or longer than \(maximumLength) bytes")
            }
            guard seen.insert(label).inserted else {
                throw ModelImportError(file.name, line: index + 1, "the name '\(label)' is there twice")
            }
        }
        return lines
    }
}

extension StringProtocol {
    func trimming(while predicate: (Character) -> Bool) -> String {
        let start = drop(while: predicate)
        return String(start.reversed().drop(while: predicate).reversed())
    }
}
