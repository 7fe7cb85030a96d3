import CSQLite
package import Foundation

/// A value that can be a parameter of a statement and a column of its result.
package protocol Column: Sendable {
    func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError)

    /// Columns of another type are converted as SQLite does; NULL reads as zero or empty.
    init(row: Row, at index: Int32) throws
}

extension Int: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        try parameters.bind(integer: Int64(self), at: index)
    }

    package init(row: Row, at index: Int32) { self = Int(row.integer(at: index)) }
}

extension Bool: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        try parameters.bind(integer: self ? 1 : 0, at: index)
    }

    package init(row: Row, at index: Int32) { self = row.integer(at: index) != 0 }
}

extension Double: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        try parameters.bind(real: self, at: index)
    }

    package init(row: Row, at index: Int32) { self = row.real(at: index) }
}

extension String: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        try parameters.bind(text: self, at: index)
    }

    package init(row: Row, at index: Int32) { self = row.text(at: index) }
}

extension Data: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        try parameters.bind(blob: self, at: index)
    }

    package init(row: Row, at index: Int32) { self = row.blob(at: index) }
}

/// Whole milliseconds since 1970, as in JSON; the nearest one.
extension Date: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        let milliseconds = (timeIntervalSince1970 * 1000).rounded()
        try parameters.bind(integer: Int64(max(-9e15, min(9e15, milliseconds))), at: index)
    }

    package init(row: Row, at index: Int32) {
        self.init(timeIntervalSince1970: Double(row.integer(at: index)) / 1000)
    }
}

extension Optional: Column where Wrapped: Column {
    package func bind(to parameters: Parameters, at index: Int32) throws(SQLiteError) {
        guard let self else { return try parameters.bindNull(at: index) }
        try self.bind(to: parameters, at: index)
    }

    package init(row: Row, at index: Int32) throws {
        self = row.isNull(at: index) ? nil : try Wrapped(row: row, at: index)
    }
}
