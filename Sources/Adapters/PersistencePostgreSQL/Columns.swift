package import Domain
import Foundation
import Persistence
package import PostgreSQL

extension Identifier: Column {
    package static var type: ColumnType { UUID.type }

    package func write(to parameters: inout Parameters) { uuid.write(to: &parameters) }

    package init(field: Field) throws { self.init(try UUID(field: field)) }
}

extension ObjectKey: Column {
    package static var type: ColumnType { String.type }

    package func write(to parameters: inout Parameters) { description.write(to: &parameters) }

    package init(field: Field) throws {
        guard let key = ObjectKey(try String(field: field)) else { throw PersistenceError.unreadable }
        self = key
    }
}

extension Row {
    /// A text column that holds one of an enumeration's words.
    func word<Word: RawRepresentable<String>>(_ index: Int, as type: Word.Type = Word.self) throws -> Word {
        guard let word = Word(rawValue: try self(index)) else { throw PersistenceError.unreadable }
        return word
    }

    /// A JSON column.
    func json<Value: Decodable>(_ index: Int, as type: Value.Type = Value.self) throws -> Value {
        try JSON.decode(Value.self, from: Data(try self(index, as: String.self).utf8))
    }

    /// The same where NULL is nil.
    func optionalJSON<Value: Decodable>(_ index: Int, as type: Value.Type = Value.self) throws -> Value? {
        try self(index, as: String?.self).map { try JSON.decode(Value.self, from: Data($0.utf8)) }
    }

    /// A JSON column that is a list. Empty ones, which most are, are not parsed.
    func list<Element: Decodable>(_ index: Int, of type: Element.Type = Element.self) throws -> [Element] {
        let text: String = try self(index)
        return text == "[]" ? [] : try JSON.decode([Element].self, from: Data(text.utf8))
    }
}

/// The JSON form of a value, for a parameter that is cast to `json`.
func jsonText(_ value: some Encodable) throws -> String { String(decoding: try JSON.encode(value), as: UTF8.self) }

extension PersistenceError {
    init(_ error: PostgreSQLError) {
        let code: Code =
            switch error.code {
            case .addressInvalid: .addressInvalid
            case .full: .full
            case .corrupt: .corrupt
            case .constraint where error.sqlState == "23505": .nameTaken
            default: .unavailable
            }
        self.init(code, "the database cannot be used: \(error)")
    }
}
