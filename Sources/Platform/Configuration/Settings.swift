import Foundation

/// The values of a run: file first, then environment, then options of the command line; later ones win.
package struct Settings: Sendable {
    struct Entry: Sendable {
        let text: String
        let place: ConfigurationError.Place
    }

    private var entries: [String: Entry] = [:]
    private let placeholders: SecretPlaceholders

    package init(environment: [String: String], known keys: [String]) {
        placeholders = SecretPlaceholders(environment: environment)
        for key in keys {
            let name = Setting<String>.environmentName(of: key)
            if let value = environment[name] { entries[key] = Entry(text: value, place: .environment(name)) }
        }
    }

    /// Adds the file's values below those of the environment.
    /// - Throws: `ConfigurationError` for an unknown key, with the nearest known one.
    package mutating func read(_ root: YAMLNode, file: String, known keys: [String]) throws {
        for (key, entry) in try flatten(root, prefix: "", file: file, known: keys) where entries[key] == nil {
            entries[key] = entry
        }
    }

    /// An option of the command line wins over everything.
    package mutating func override(_ key: String, with text: String, option: String) {
        entries[key] = Entry(text: text, place: .option(option))
    }

    /// - Throws: `ConfigurationError` naming the place, what was found and what is expected.
    package func value<Value>(of setting: Setting<Value>) throws -> Value {
        let entry = entries[setting.key] ?? Entry(text: setting.defaultText, place: .defaultValue)
        do { return try setting.parse(try placeholders.expand(entry.text)) } catch let error as SettingFormatError {
            let found = setting.isSecret ? "***" : "'\(entry.text)'"
            throw ConfigurationError(entry.place, "\(setting.key) is \(found), but must be \(error.expected)")
        } catch { throw ConfigurationError(entry.place, "\(setting.key): \(error)") }
    }

    /// The text in force and where it came from, secrets as `***`.
    package func shown<Value>(_ setting: Setting<Value>) -> (text: String, place: ConfigurationError.Place) {
        let entry = entries[setting.key] ?? Entry(text: setting.defaultText, place: .defaultValue)
        return (setting.isSecret && !entry.text.isEmpty ? "***" : entry.text, entry.place)
    }

    private func flatten(
        _ node: YAMLNode, prefix: String, file: String, known keys: [String]
    ) throws -> [(String, Entry)] {
        let place = ConfigurationError.Place.file(file, line: node.line, column: node.column)
        switch node.value {
        case .null: return []
        case .scalar(let text): return [(prefix, Entry(text: text, place: place))]
        case .sequence(let nodes): return [(prefix, Entry(text: try list(nodes, prefix, file), place: place))]
        case .mapping(let children):
            return try children.flatMap { child in
                let key = prefix.isEmpty ? child.key : "\(prefix).\(child.key)"
                try check(key, at: child.node, file: file, known: keys)
                return try flatten(child.node, prefix: key, file: file, known: keys)
            }
        }
    }

    private func list(_ nodes: [YAMLNode], _ key: String, _ file: String) throws -> String {
        try nodes.map { node in
            guard case .scalar(let text) = node.value else {
                let place = ConfigurationError.Place.file(file, line: node.line, column: node.column)
                throw ConfigurationError(place, "\(key) must be a list of plain values")
            }
            return text
        }.joined(separator: ",")
    }

    private func check(_ key: String, at node: YAMLNode, file: String, known keys: [String]) throws {
        let isSection = keys.contains { $0.hasPrefix(key + ".") }
        let isLeaf = keys.contains(key)
        let place = ConfigurationError.Place.file(file, line: node.line, column: node.column)
        guard isSection || isLeaf else {
            let hint = Spelling.nearest(to: key, in: keys).map { "; did you mean '\($0)'?" } ?? ""
            throw ConfigurationError(place, "unknown key '\(key)'\(hint)")
        }
        if case .mapping = node.value, !isSection { throw ConfigurationError(place, "\(key) must be a value") }
        if isSection, !isLeaf {
            switch node.value {
            case .mapping, .null: return
            default: throw ConfigurationError(place, "\(key) is a section: write its keys below it, indented")
            }
        }
    }
}
