/// A text with gaps. `{{camera}}` is replaced by a value; `{{#link}}…{{/link}}` stays only if the value is not empty, and
/// `{{^link}}…{{/link}}` only if it is. There is nothing else: a template cannot compute, loop or reach out.
package struct MessageTemplate: Hashable, Sendable {
    /// In Unicode scalars.
    package static let maximumLength = 2000
    static let maximumDepth = 4

    private indirect enum Part: Hashable, Sendable {
        case text(String)
        case variable(String)
        case section(String, isInverted: Bool, [Part])
    }

    private let parts: [Part]

    /// - Throws: `MessageTemplateError` with what is wrong and on which line.
    package init(_ text: String) throws(MessageTemplateError) {
        guard text.unicodeScalars.count <= Self.maximumLength else {
            throw MessageTemplateError(line: 1, "A template may have at most \(Self.maximumLength) characters.")
        }
        var parser = Parser(rest: text[...])
        parts = try parser.parts(until: nil, depth: 0)
    }

    /// White space at both ends and lines left empty at the end are dropped.
    package func render(_ values: [MessageVariable: String]) -> String {
        Self.render(parts, values).trimmingWhitespace()
    }

    private static func render(_ parts: [Part], _ values: [MessageVariable: String]) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let words): text += words
            case .variable(let name): text += value(name, values)
            case .section(let name, let isInverted, let inner):
                if value(name, values).isEmpty == isInverted { text += render(inner, values) }
            }
        }
    }

    private static func value(_ name: String, _ values: [MessageVariable: String]) -> String {
        MessageVariable(rawValue: name).flatMap { values[$0] } ?? ""
    }

    private struct Parser {
        var rest: Substring
        var line = 1

        mutating func parts(until end: String?, depth: Int) throws(MessageTemplateError) -> [Part] {
            var parts: [Part] = []
            while let opening = rest.firstRange(of: "{{") {
                add(rest[..<opening.lowerBound], to: &parts)
                rest = rest[opening.upperBound...]
                let tag = try tag()
                switch tag.first {
                case "/":
                    guard let end, name(tag) == end else { throw unmatched(tag, end) }
                    return parts
                case "#", "^": parts.append(try section(tag, depth: depth + 1))
                default: parts.append(.variable(try known(tag)))
                }
            }
            guard end == nil else {
                throw MessageTemplateError(
                    line: line, "{{#\(end ?? "")}} is not closed: write {{/\(end ?? "")}} after it.")
            }
            add(rest, to: &parts)
            return parts
        }

        private mutating func add(_ text: Substring, to parts: inout [Part]) {
            line += text.count { $0.isNewline }
            if !text.isEmpty { parts.append(.text(String(text))) }
        }

        private mutating func tag() throws(MessageTemplateError) -> String {
            guard let closing = rest.firstRange(of: "}}"), !rest[..<closing.lowerBound].contains(where: \.isNewline)
            else {
                throw MessageTemplateError(line: line, "{{ is not closed: write }} after the name.")
            }
            defer { rest = rest[closing.upperBound...] }
            return String(rest[..<closing.lowerBound]).trimmingWhitespace()
        }

        private mutating func section(_ tag: String, depth: Int) throws(MessageTemplateError) -> Part {
            let name = try known(name(tag))
            guard depth <= MessageTemplate.maximumDepth else {
                throw MessageTemplateError(line: line, "Sections may be nested \(MessageTemplate.maximumDepth) deep.")
            }
            return .section(name, isInverted: tag.hasPrefix("^"), try parts(until: name, depth: depth))
        }

        private func name(_ tag: String) -> String { String(tag.dropFirst()).trimmingWhitespace() }

        private func known(_ name: String) throws(MessageTemplateError) -> String {
            guard MessageVariable(rawValue: name) == nil else { return name }
            let names = MessageVariable.allCases.map(\.rawValue).joined(separator: ", ")
            throw MessageTemplateError(line: line, "There is no {{\(name.prefix(40))}}. There are: \(names).")
        }

        private func unmatched(_ tag: String, _ end: String?) -> MessageTemplateError {
            let expected = end.map { ": {{/\($0)}} was expected." } ?? ": nothing is open here."
            return MessageTemplateError(line: line, "{{\(tag.prefix(40))}} closes what is not open\(expected)")
        }
    }
}

package struct MessageTemplateError: Error, Hashable, CustomStringConvertible {
    /// From 1.
    package let line: Int
    package let message: String

    init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    package var description: String { "Line \(line): \(message)" }
}

/// What a template may name.
package enum MessageVariable: String, Sendable, CaseIterable {
    /// A coloured mark of the severity, or of the end.
    case mark
    /// What happened, in words.
    case event
    case rule, camera, severity
    /// Most faces against the rule in one picture; empty if the rule does not count faces.
    case faces
    /// Pictures against the rule.
    case pictures
    /// Times in the time zone of the site; `closed` and `duration` are empty while the incident is open.
    case opened, closed, duration
    /// Empty if the public address of the pages is not known.
    case link
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        let tail = self.reversed().drop(while: \.isWhitespace).reversed()
        return String(String(tail).drop(while: \.isWhitespace))
    }
}
