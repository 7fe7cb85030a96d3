import ServiceLifecycle

/// One database file: one writer whose waiting transactions share a commit, and a few readers. All blocking happens on
/// threads of their own.
package final class Database: Sendable {
    private let writer: WriterLane
    private let readers: ReaderLanes

    /// Opens or creates the file.
    /// - Throws: `SQLiteError`.
    package static func open(path: String, readers: Int = 2) async throws -> Database {
        let executor = QueueExecutor(label: "sqlite.writer")
        let writer = try await executor.run { try LaneConnection(path: path, access: .readWrite) }
        let lanes = try (0..<max(1, readers)).map { _ in try LaneConnection(path: path, access: .readOnly) }
        return Database(
            writer: WriterLane(connection: writer, executor: executor), readers: ReaderLanes(connections: lanes))
    }

    private init(writer: WriterLane, readers: ReaderLanes) {
        self.writer = writer
        self.readers = readers
    }

    /// Runs `body` in a transaction and returns when it is durable; everything or nothing of it happens. `body` may share
    /// its commit with others, and must not hold on to the connection.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            writer.submit(
                WriteJob(
                    run: { connection in
                        let value = try body(connection)
                        return { continuation.resume(returning: value) }
                    }, fail: { continuation.resume(throwing: $0) }))
        }
    }

    /// Runs `body` on a connection that cannot write and sees one state of the database.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            readers.submit { connection in
                continuation.resume(with: Result { try connection.snapshot { try body(connection) } })
            }
        }
    }
}

/// A connection that travels to the thread that owns it from then on.
final class LaneConnection: @unchecked Sendable {
    // Sendable because its lane uses it on one thread at a time.
    let connection: Connection

    init(path: String, access: Connection.Access) throws {
        connection = try Connection(path: path, access: access)
    }
}

extension Connection {
    /// Runs several reads against one state of the database.
    fileprivate func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        try run("BEGIN")
        defer { _ = try? run("COMMIT") }
        return try body()
    }
}
