/// Why a foreign model cannot become a package.
package struct ModelImportError: Error, Hashable, CustomStringConvertible {
    /// The last part of the file's path.
    package let file: String
    /// From 1 on; nil where no line is to blame.
    package let line: Int?
    package let message: String

    package init(_ file: String, line: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(message)" }
}
