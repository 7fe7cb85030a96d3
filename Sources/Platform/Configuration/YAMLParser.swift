import CYAML

/// A value of a YAML file with the place where it begins.
package struct YAMLNode: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case null
        case scalar(String)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    package struct Entry: Hashable, Sendable {
        package let key: String
        package let node: YAMLNode
    }

    package let value: Value
    /// From 1.
    package let line: Int
    package let column: Int
}

/// Reads one YAML document with libyaml. Aliases are refused: a small file must not grow into a large value.
package struct YAMLParser {
    package static let maximumBytes = 1 << 20
    package static let maximumDepth = 16

    private let name: String
    private let events: YAMLEvents

    /// - Parameter name: how errors call the file.
    /// - Throws: `ConfigurationError` with line and column.
    package static func parse(_ text: String, name: String) throws -> YAMLNode {
        guard text.utf8.count <= maximumBytes else {
            throw ConfigurationError(.file(name, line: 1, column: 1), "the file is larger than \(maximumBytes) bytes")
        }
        return try YAMLParser(name: name, events: YAMLEvents(text)).document()
    }

    private func document() throws -> YAMLNode {
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd, .documentEnd: return YAMLNode(value: .null, line: event.line, column: event.column)
            case .streamStart, .documentStart: continue
            default: return try node(from: event, depth: 0)
            }
        }
    }

    private func node(from event: YAMLEvents.Event, depth: Int) throws -> YAMLNode {
        guard depth < Self.maximumDepth else { throw error(event, "nested deeper than \(Self.maximumDepth) levels") }
        switch event.kind {
        case .scalar(let text, let isPlain):
            let isNull = isPlain && ["", "~", "null"].contains(text)
            return made(isNull ? .null : .scalar(text), event)
        case .sequenceStart: return made(.sequence(try elements(depth)), event)
        case .mappingStart: return made(.mapping(try entries(depth)), event)
        case .alias: throw error(event, "aliases (*name) are not supported: write the value out")
        default: throw error(event, "unexpected end")
        }
    }

    private func elements(_ depth: Int) throws -> [YAMLNode] {
        var nodes: [YAMLNode] = []
        while true {
            let event = try next()
            if event.kind == .sequenceEnd { return nodes }
            nodes.append(try node(from: event, depth: depth + 1))
        }
    }

    private func entries(_ depth: Int) throws -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var seen: Set<String> = []
        while true {
            let event = try next()
            if event.kind == .mappingEnd { return entries }
            guard case .scalar(let key, _) = event.kind else { throw error(event, "a key must be plain text") }
            guard seen.insert(key).inserted else { throw error(event, "'\(key)' is written twice") }
            entries.append(.init(key: key, node: try node(from: try next(), depth: depth + 1)))
        }
    }

    private func made(_ value: YAMLNode.Value, _ event: YAMLEvents.Event) -> YAMLNode {
        YAMLNode(value: value, line: event.line, column: event.column)
    }

    private func next() throws -> YAMLEvents.Event {
        do { return try events.next() } catch let failure as YAMLEvents.Failure {
            throw ConfigurationError(
                .file(name, line: failure.line, column: failure.column), "not valid YAML: \(failure.problem)")
        }
    }

    private func error(_ event: YAMLEvents.Event, _ message: String) -> ConfigurationError {
        ConfigurationError(.file(name, line: event.line, column: event.column), message)
    }
}
