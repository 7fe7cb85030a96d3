import CPostgreSQL

/// Owner of one result.
@safe final class Answer {
    private let handle: OpaquePointer
    /// The text of the statement, for errors.
    let operation: String

    init(_ handle: OpaquePointer, operation: String) {
        unsafe self.handle = handle
        self.operation = operation
    }

    deinit { unsafe PQclear(handle) }

    var count: Int { unsafe Int(PQntuples(handle)) }

    /// How many rows the statement wrote or returned.
    var affected: Int { unsafe Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// Whether the transaction was undone although its commit was asked for.
    var isRollback: Bool { unsafe String(cString: PQcmdStatus(handle)) == "ROLLBACK" }

    var rows: some Sequence<Row> { (0..<count).lazy.map { Row(answer: self, index: Int32($0)) } }

    fileprivate func field(row: Int32, column: Int32) -> Field {
        let columns = unsafe PQnfields(handle)
        precondition(column < columns, "no column \(column) in the result of: \(operation)")
        let isNull = unsafe PQgetisnull(handle, row, column) == 1
        let start = unsafe UnsafeRawPointer(PQgetvalue(handle, row, column))
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(handle, row, column)))
        return unsafe Field(
            answer: self, column: column, oid: PQftype(handle, column), isNull: isNull, bytes: bytes)
    }
}

/// One row of a result.
package struct Row {
    fileprivate let answer: Answer
    fileprivate let index: Int32

    /// The value of a column, counted from 0, in the type that is asked for.
    /// - Throws: `PostgreSQLError` if the column has another type, or is NULL and the type is not optional.
    package func callAsFunction<Value: Column>(_ column: Int, as type: Value.Type = Value.self) throws -> Value {
        try Value(field: answer.field(row: index, column: Int32(column)))
    }
}

/// One value of a result, in PostgreSQL's binary form; retains the result it lies in.
@safe package struct Field {
    private let answer: Answer
    private let column: Int32
    package let oid: UInt32
    package let isNull: Bool
    private let bytes: UnsafeRawBufferPointer

    fileprivate init(answer: Answer, column: Int32, oid: UInt32, isNull: Bool, bytes: UnsafeRawBufferPointer) {
        self.answer = answer
        self.column = column
        self.oid = oid
        self.isNull = isNull
        unsafe self.bytes = bytes
    }

    /// The column's type is not the one that was asked for: the statement and the code that reads it do not agree.
    package var mismatch: PostgreSQLError {
        PostgreSQLError(
            .other, message: "PostgreSQL: column \(column) of type \(oid) cannot be read as asked (\(answer.operation))"
        )
    }

    /// - Throws: unless the column has one of the types and is not NULL.
    func require(_ types: UInt32...) throws {
        guard types.contains(oid), !isNull else { throw mismatch }
    }

    /// The bytes must not leave the closure.
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(answer) { try unsafe body(bytes) }
    }

    func number<Number: FixedWidthInteger>(as type: Number.Type) throws -> Number {
        guard !isNull else { throw mismatch }
        return try unsafe withBytes { bytes in
            guard bytes.count == MemoryLayout<Number>.size else { throw mismatch }
            return Number(bigEndian: unsafe bytes.loadUnaligned(as: Number.self))
        }
    }

    /// The elements of a one-dimensional array.
    func elements() throws -> [Field] {
        try unsafe withBytes { bytes in
            var rest = unsafe bytes[...]
            func next() throws -> Int32 {
                guard unsafe rest.count >= 4 else { throw mismatch }
                defer { unsafe rest = rest.dropFirst(4) }
                return Int32(bigEndian: unsafe rest.loadUnaligned(as: Int32.self))
            }
            let dimensions = try next()
            _ = try next()
            let element = UInt32(bitPattern: try next())
            guard dimensions > 0 else { return [] }
            guard dimensions == 1 else { throw mismatch }
            let count = try next()
            _ = try next()
            return try (0..<count).map { _ in
                let length = Int(try next())
                guard unsafe length <= rest.count else { throw mismatch }
                let value = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(max(0, length)))
                unsafe rest = rest.dropFirst(max(0, length))
                return unsafe Field(answer: answer, column: column, oid: element, isNull: length < 0, bytes: value)
            }
        }
    }
}
