import CSQLite
package import Foundation

/// Owner of one prepared statement. Lives in the cache of its connection and is used on that connection's thread only.
@safe final class Statement {
    private let handle: OpaquePointer
    let sql: String

    /// - Parameter connection: outlives the statement: the connection's cache is emptied before it is closed.
    init(_ sql: String, connection: OpaquePointer) throws(SQLiteError) {
        var handle: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        try check(unsafe sqlite3_prepare_v3(connection, sql, -1, flags, &handle, nil), sql)
        guard let handle = unsafe handle else {
            throw SQLiteError(.other, resultCode: SQLITE_MISUSE, message: "SQLite: an empty statement")
        }
        unsafe self.handle = handle
        self.sql = sql
    }

    deinit { unsafe sqlite3_finalize(handle) }

    func bind(_ values: [any Column]) throws(SQLiteError) {
        let expected = unsafe Int(sqlite3_bind_parameter_count(handle))
        precondition(values.count == expected, "\(values.count) values for \(expected) parameters of: \(sql)")
        let parameters = unsafe Parameters(handle: handle, sql: sql)
        for (index, value) in values.enumerated() { try value.bind(to: parameters, at: Int32(index + 1)) }
    }

    /// The next row, or nil after the last one.
    func step() throws(SQLiteError) -> Row? {
        let result = unsafe sqlite3_step(handle)
        try check(result, sql)
        return result == SQLITE_ROW ? unsafe Row(handle: handle) : nil
    }

    /// Ready for the next use. The result repeats the error of the last step, which was reported there.
    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }
}

/// The parameters of a statement that is about to run; must not outlive the call it is given to.
@safe package struct Parameters {
    private let handle: OpaquePointer
    private let sql: String

    fileprivate init(handle: OpaquePointer, sql: String) {
        unsafe self.handle = handle
        self.sql = sql
    }

    package func bind(integer: Int64, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(handle, index, integer), sql)
    }

    package func bind(real: Double, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_double(handle, index, real), sql)
    }

    package func bind(text: String, at index: Int32) throws(SQLiteError) {
        try check(unsafe mw_bind_text(handle, index, text, Int32(text.utf8.count)), sql)
    }

    package func bind(blob: Data, at index: Int32) throws(SQLiteError) {
        let result = unsafe blob.withUnsafeBytes { bytes in
            unsafe mw_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count))
        }
        try check(result, sql)
    }

    package func bindNull(at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_null(handle, index), sql)
    }
}

/// One row of a result; must not outlive the closure it is given to.
@safe package struct Row {
    private let handle: OpaquePointer

    fileprivate init(handle: OpaquePointer) { unsafe self.handle = handle }

    /// The value of a column, counted from 0, in the type that is asked for.
    package func callAsFunction<Value: Column>(_ index: Int, as type: Value.Type = Value.self) throws -> Value {
        try Value(row: self, at: Int32(index))
    }

    package func integer(at index: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, index) }

    package func real(at index: Int32) -> Double { unsafe sqlite3_column_double(handle, index) }

    package func text(at index: Int32) -> String {
        guard let text = unsafe sqlite3_column_text(handle, index) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(handle, index))
        return unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    package func blob(at index: Int32) -> Data {
        guard let bytes = unsafe sqlite3_column_blob(handle, index) else { return Data() }
        return unsafe Data(bytes: bytes, count: Int(sqlite3_column_bytes(handle, index)))
    }

    package func isNull(at index: Int32) -> Bool { unsafe sqlite3_column_type(handle, index) == SQLITE_NULL }
}
