import Domain
import Foundation
import HTTPTypes

/// Reads the query of a request and collects what is wrong with it.
struct QueryReader {
    private let request: HTTPRequest
    private var errors: [FieldError] = []

    init(_ request: HTTPRequest) { self.request = request }

    /// - Throws: `Problem` with every error.
    consuming func finish() throws {
        guard errors.isEmpty else { throw Problem.invalid(errors) }
    }

    mutating func identifier<Entity>(_ name: String) -> Identifier<Entity>? {
        read(name, "This must be an identity (UUID).") { Identifier<Entity>($0) }
    }

    mutating func date(_ name: String) -> Date? {
        read(name, "This must be a time such as 2026-01-02T03:04:05Z.") { JSON.date(from: $0) }
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) -> Choice? {
        read(name, "This must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).") {
            Choice(rawValue: $0)
        }
    }

    /// 1...200, by default 50.
    mutating func limit() -> Int {
        let range = 1...200
        return read("limit", "This must be a whole number from 1 to 200.") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        } ?? 50
    }

    private mutating func read<Value>(_ name: String, _ message: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = request.queryValue(name), !text.isEmpty else { return nil }
        let value = parse(text)
        if value == nil { errors.append(FieldError(name, message)) }
        return value
    }
}
