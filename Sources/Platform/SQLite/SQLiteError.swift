import CSQLite

/// What SQLite refused, in words. Never holds values from the database or parameters of the statement.
package struct SQLiteError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable {
        /// Another process holds the lock for longer than the time-out.
        case busy
        /// The disk is full, or the file has reached its limit.
        case full
        /// The file or its folder cannot be written.
        case readOnly
        /// The file cannot be opened.
        case cannotOpen
        /// The file is damaged, or is no database.
        case corrupt
        /// Reading or writing the disk failed.
        case inputOutput
        /// A rule of the schema was broken: unique, foreign key, not null, check.
        case constraint
        case other
    }

    package let code: Code
    /// SQLite's extended result code (sqlite.org/rescode.html).
    package let resultCode: Int32
    /// Where it happened and what to do.
    package let message: String

    package init(_ code: Code, resultCode: Int32, message: String) {
        self.code = code
        self.resultCode = resultCode
        self.message = message
    }

    /// Whether the same call may succeed later without anybody changing the program.
    package var isRetriable: Bool { code == .busy || code == .full || code == .inputOutput }

    package var description: String { message }
}

/// The one place where result codes become errors.
/// - Parameter operation: what was tried, for people: `open /data/x.sqlite`, or the text of the statement.
func check(_ result: Int32, _ operation: @autoclosure () -> String) throws(SQLiteError) {
    guard result != SQLITE_OK, result != SQLITE_ROW, result != SQLITE_DONE else { return }
    let code = SQLiteError.Code(resultCode: result)
    let cause = unsafe String(cString: sqlite3_errstr(result))
    throw SQLiteError(
        code, resultCode: result, message: "SQLite: \(code.advice) (\(cause), code \(result); \(operation()))")
}

extension SQLiteError.Code {
    /// The primary code is the low byte of the extended one.
    init(resultCode: Int32) {
        self =
            switch resultCode & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_IOERR: .inputOutput
            case SQLITE_CONSTRAINT: .constraint
            default: .other
            }
    }

    fileprivate var advice: String {
        switch self {
        case .busy: "the database is locked by another process"
        case .full: "the disk is full; free some space"
        case .readOnly: "the database cannot be written; check the permissions of the file and its folder"
        case .cannotOpen: "the database cannot be opened; check that its folder exists and may be written"
        case .corrupt: "the database file is damaged or is not a database; restore it from a backup"
        case .inputOutput: "reading or writing the disk failed"
        case .constraint: "a value breaks a rule of the schema"
        case .other: "the statement failed"
        }
    }
}
