import CSQLite
import Foundation

/// Owner of one connection to one database file. Not for use from several threads: `Database` gives each a thread.
@safe package final class Connection {
    package enum Access: Sendable {
        case readWrite, readOnly
    }

    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]

    /// How long to wait for another process's lock. One that migrates on a slow disk holds it for many seconds.
    private static let busyTimeoutMilliseconds: Int32 = 60_000

    /// Opens the file, and creates it, readable by its owner only, if `access` allows writing.
    /// - Throws: `SQLiteError`.
    package init(path: String, access: Access) throws {
        if access == .readWrite { Self.createPrivately(path) }
        let flags =
            access == .readWrite
            ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            : SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        var opened: OpaquePointer?
        let result = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard result == SQLITE_OK, let handle = unsafe opened else {
            // A handle comes even with an error, and must be closed.
            unsafe sqlite3_close_v2(opened)
            try check(result == SQLITE_OK ? SQLITE_NOMEM : result, "open \(path)")
            preconditionFailure("check throws for every code but success")
        }
        unsafe self.handle = handle
        try configure(path: path, access: access)
    }

    deinit {
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
    }

    /// Write-ahead log: readers never wait for the writer. `synchronous = FULL`: a commit that has returned survives
    /// kill -9 and the loss of power; `Database` shares one commit among writers, so that this stays cheap.
    private func configure(path: String, access: Access) throws {
        unsafe sqlite3_extended_result_codes(handle, 1)
        try check(unsafe sqlite3_busy_timeout(handle, Self.busyTimeoutMilliseconds), "open \(path)")
        try check(unsafe mw_set_defensive(handle), "open \(path)")
        try run("PRAGMA foreign_keys = ON")
        try run("PRAGMA trusted_schema = OFF")
        try run("PRAGMA temp_store = MEMORY")
        guard access == .readWrite else { return }
        try run("PRAGMA journal_mode = WAL")
        try run("PRAGMA synchronous = FULL")
        try run("PRAGMA journal_size_limit = 67108864")
    }

    /// Only if it is not there: closing a second descriptor of an open database would drop SQLite's locks on it. The
    /// write-ahead log takes its permissions from this file.
    private static func createPrivately(_ path: String) {
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether a transaction is open. SQLite ends one by itself after some errors, such as a full disk.
    package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Runs a statement that returns nothing of interest and says how many rows it changed.
    @discardableResult
    package func run(_ sql: StaticString, _ values: any Column...) throws -> Int {
        try withStatement(sql, values) { statement in
            while try statement.step() != nil {}
            return unsafe Int(sqlite3_changes64(handle))
        }
    }

    /// Every row of the result, read by `body`.
    package func rows<Value>(
        _ sql: StaticString, _ values: any Column..., read body: (Row) throws -> Value
    ) throws -> [Value] {
        try withStatement(sql, values) { statement in
            var result: [Value] = []
            while let row = try statement.step() { result.append(try body(row)) }
            return result
        }
    }

    /// The first row of the result, read by `body`, or nil.
    package func first<Value>(
        _ sql: StaticString, _ values: any Column..., read body: (Row) throws -> Value
    ) throws -> Value? {
        try withStatement(sql, values) { statement in try statement.step().map(body) }
    }

    /// The first column of the first row, or nil.
    package func value<Value: Column>(
        _ sql: StaticString, _ values: any Column..., as type: Value.Type = Value.self
    ) throws -> Value? {
        try withStatement(sql, values) { statement in try statement.step().map { try $0(0) } }
    }

    /// The row number of the last row that was inserted.
    package var lastInsertedRow: Int { unsafe Int(sqlite3_last_insert_rowid(handle)) }

    /// Statements are constants: nobody can build one from data.
    private func withStatement<Value>(
        _ sql: StaticString, _ values: [any Column], _ body: (Statement) throws -> Value
    ) throws -> Value {
        let text = sql.description
        // Out of the cache while in use, so that a nested call with the same text gets its own.
        let cached = statements.removeValue(forKey: text)
        let statement = if let cached { cached } else { try unsafe Statement(text, connection: handle) }
        defer {
            statement.reset()
            statements[text] = statement
        }
        try statement.bind(values)
        return try body(statement)
    }
}
