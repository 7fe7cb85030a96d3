package import Domain
import Foundation
import Persistence
package import SQLite

/// Identities are kept as their text, so that a person can find them with the sqlite3 shell.
extension Identifier: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        try parameters.bind(text: description, at: index)
    }

    package init(row: Row, at index: Int32) throws {
        guard let identifier = Identifier(row.text(at: index)) else { throw PersistenceError.unreadable }
        self = identifier
    }
}

extension ObjectKey: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        try parameters.bind(text: description, at: index)
    }

    package init(row: Row, at index: Int32) throws {
        guard let key = ObjectKey(row.text(at: index)) else { throw PersistenceError.unreadable }
        self = key
    }
}

extension Row {
    /// A text column that holds one of an enumeration's words.
    func word<Word: RawRepresentable<String>>(_ index: Int, as type: Word.Type = Word.self) throws -> Word {
        guard let word = Word(rawValue: text(at: Int32(index))) else { throw PersistenceError.unreadable }
        return word
    }
}

extension PersistenceError {
    init(_ error: SQLiteError) {
        let code: Code =
            switch error.code {
            case .full: .full
            case .corrupt: .corrupt
            default: .unavailable
            }
        self.init(code, "the database cannot be used: \(error)")
    }
}
