/// A setting that cannot be used: which one, where it stands, what is wrong and what to do.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// Where a value came from.
    package enum Place: Hashable, Sendable, CustomStringConvertible {
        case file(String, line: Int, column: Int)
        case environment(String)
        case option(String)
        case defaultValue

        package var description: String {
            switch self {
            case .file(let name, let line, let column): "\(name):\(line):\(column)"
            case .environment(let name): "environment variable \(name)"
            case .option(let name): "option \(name)"
            case .defaultValue: "default"
            }
        }
    }

    package let place: Place
    package let message: String

    package init(_ place: Place, _ message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { "\(place): \(message)" }
}
