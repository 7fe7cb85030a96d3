import CPostgreSQL
import Foundation

/// Owner of one connection to a server. Not for use from several threads: `Database` gives each a thread.
@safe package final class Connection {
    private let handle: OpaquePointer
    private let address: DatabaseAddress
    /// The names of prepared statements.
    private var prepared: [Signature: String] = [:]
    /// Statements whose answers nobody waits for, sent with the next one.
    private var unsent: [Command] = []
    /// Whether the last commit was sent and its answer did not come.
    private(set) var isCommitUncertain = false

    private struct Signature: Hashable {
        let text: String
        let types: [ColumnType]
    }

    fileprivate struct Command {
        let text: String
        let values: [any Column]
        var question: Question?
    }

    /// Connects; blocks for as long as the settings allow.
    /// - Throws: `PostgreSQLError`.
    package init(_ settings: ConnectionSettings) throws(PostgreSQLError) {
        address = settings.address
        guard let handle = unsafe Self.connect(settings.keywords) else {
            throw PostgreSQLError(.other, message: "PostgreSQL: out of memory")
        }
        unsafe self.handle = handle
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw connectionError }
        unsafe mw_silence_notices(handle)
        try configure(settings)
    }

    deinit { unsafe PQfinish(handle) }

    /// Times are shown in UTC, and no statement or lock waits for ever. Compiling queries costs more than these cost.
    private func configure(_ settings: ConnectionSettings) throws(PostgreSQLError) {
        _ = try perform([
            Command(
                text: """
                    SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
                    set_config('idle_in_transaction_session_timeout', '60000', false),
                    set_config('TimeZone', 'UTC', false), set_config('jit', 'off', false)
                    """,
                values: [settings.statementTimeout.milliseconds, settings.lockTimeout.milliseconds])
        ])
    }

    package var isUsable: Bool { unsafe PQstatus(handle) == CONNECTION_OK }

    /// Whether a transaction is open, also one that failed.
    package var isInTransaction: Bool {
        let status = unsafe PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Number of the server's version: 150018 is 15.18.
    package var serverVersion: Int { unsafe Int(PQserverVersion(handle)) }

    private static func connect(_ options: [(String, String)]) -> OpaquePointer? {
        let keywords = unsafe options.map { unsafe UnsafePointer(strdup($0.0)) } + [nil]
        let values = unsafe options.map { unsafe UnsafePointer(strdup($0.1)) } + [nil]
        defer {
            unsafe (keywords + values).forEach { unsafe free(UnsafeMutableRawPointer(mutating: $0)) }
        }
        return unsafe PQconnectdbParams(keywords, values, 1)
    }

    /// libpq gives no SQLSTATE for a connection that failed; its text is all there is.
    private var connectionError: PostgreSQLError {
        let text = unsafe address.redact(String(cString: PQerrorMessage(handle)))
        let line = text.split(separator: "\n").joined(separator: "; ")
        let code = ConnectionFailure.code(of: text)
        return PostgreSQLError(code, message: "PostgreSQL: \(code.advice) (\(address): \(line))")
    }
}

/// Statements.
extension Connection {
    /// Sends a statement together with the next one whose answer is waited for, or with the commit; its error comes there.
    package func send(_ sql: StaticString, _ values: any Column...) {
        unsent.append(Command(text: sql.description, values: values))
    }

    /// Sends a statement as `send` does; its answer is read later.
    package func ask(_ sql: StaticString, _ values: any Column...) -> Question {
        let question = Question(connection: self)
        unsent.append(Command(text: sql.description, values: values, question: question))
        return question
    }

    /// Runs a statement and says how many rows it wrote or returned.
    @discardableResult
    package func run(_ sql: StaticString, _ values: any Column...) throws(PostgreSQLError) -> Int {
        try answer(sql, values).affected
    }

    /// Every row of the result, read by `body`.
    package func rows<Value>(
        _ sql: StaticString, _ values: any Column..., read body: (Row) throws -> Value
    ) throws -> [Value] {
        try answer(sql, values).rows.map(body)
    }

    /// The first row of the result, read by `body`, or nil.
    package func first<Value>(
        _ sql: StaticString, _ values: any Column..., read body: (Row) throws -> Value
    ) throws -> Value? {
        try answer(sql, values).rows.first { _ in true }.map(body)
    }

    /// The first column of the first row, or nil.
    package func value<Value: Column>(
        _ sql: StaticString, _ values: any Column..., as type: Value.Type = Value.self
    ) throws -> Value? {
        try answer(sql, values).rows.first { _ in true }.map { try $0(0) }
    }

    /// Runs `body` in a transaction; everything or nothing of it happens.
    package func transaction<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        isCommitUncertain = false
        unsent = [Command(text: "BEGIN", values: [])]
        do {
            let value = try body(self)
            try commit()
            return value
        } catch {
            unsent = []
            if isUsable, isInTransaction { _ = try? perform([Command(text: "ROLLBACK", values: [])]) }
            throw error
        }
    }

    /// Statements that only need to be known as done.
    func flush() throws(PostgreSQLError) {
        let commands = unsent
        unsent = []
        _ = try exchange(commands)
    }

    private func commit() throws(PostgreSQLError) {
        let isEmpty = unsent.first?.text == "BEGIN" && unsent.count == 1
        guard !isEmpty else { return unsent = [] }
        let commands = unsent + [Command(text: "COMMIT", values: [])]
        unsent = []
        isCommitUncertain = true
        let answers = try exchange(commands)
        isCommitUncertain = false
        guard answers.last?.isRollback != true else {
            throw PostgreSQLError(.other, message: "PostgreSQL: a transaction that had failed was to be committed")
        }
    }

    /// Statements are constants: nobody can build one from data.
    private func answer(_ sql: StaticString, _ values: [any Column]) throws(PostgreSQLError) -> Answer {
        let commands = unsent + [Command(text: sql.description, values: values)]
        unsent = []
        guard let answer = try exchange(commands).last else { preconditionFailure("as many answers as commands") }
        return answer
    }
}

/// A statement that was sent with others; must not outlive the transaction.
package final class Question {
    private let connection: Connection
    fileprivate var answer: Answer?

    fileprivate init(connection: Connection) { self.connection = connection }

    /// Every row of the result, read by `body`. The first question whose answer is read sends all that wait.
    package func rows<Value>(read body: (Row) throws -> Value) throws -> [Value] { try received.rows.map(body) }

    package func first<Value>(read body: (Row) throws -> Value) throws -> Value? {
        try received.rows.first { _ in true }.map(body)
    }

    /// How many rows the statement wrote or returned.
    package var count: Int { get throws { try received.affected } }

    private var received: Answer {
        get throws {
            if answer == nil { try connection.flush() }
            guard let answer else { preconditionFailure("a question outlived its transaction") }
            return answer
        }
    }
}

/// The wire.
extension Connection {
    private func exchange(_ commands: [Command]) throws(PostgreSQLError) -> [Answer] {
        let answers = try perform(commands)
        for (command, answer) in zip(commands, answers) { command.question?.answer = answer }
        return answers
    }

    /// One round trip, after those that prepare what was never used before. Of several commands the first that fails
    /// throws, and those after it do not happen.
    private func perform(_ commands: [Command]) throws(PostgreSQLError) -> [Answer] {
        let names = try commands.map { command throws(PostgreSQLError) in try prepare(command) }
        guard commands.count > 1 else {
            guard let command = commands.first else { return [] }
            let result = unsafe Parameters(command.values).withPointers { count, values, lengths, formats in
                unsafe PQexecPrepared(handle, names[0], count, values, lengths, formats, 1)
            }
            return [unsafe try owned(result, command.text)]
        }
        return try pipeline(commands, names)
    }

    private func prepare(_ command: Command) throws(PostgreSQLError) -> String {
        let signature = Signature(text: command.text, types: command.values.map { type(of: $0).type })
        if let name = prepared[signature] { return name }
        let name = "s\(prepared.count)"
        let types = signature.types.map(\.oid)
        _ = unsafe try owned(PQprepare(handle, name, command.text, Int32(types.count), types), command.text)
        prepared[signature] = name
        return name
    }

    /// All commands are sent before the first answer is read (postgresql.org/docs/current/libpq-pipeline-mode.html).
    private func pipeline(_ commands: [Command], _ names: [String]) throws(PostgreSQLError) -> [Answer] {
        guard unsafe PQenterPipelineMode(handle) == 1 else { throw lost(commands[0].text) }
        defer { unsafe PQexitPipelineMode(handle) }
        for (command, name) in zip(commands, names) {
            let isSent = unsafe Parameters(command.values).withPointers { count, values, lengths, formats in
                unsafe PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
            }
            guard isSent == 1 else { throw lost(command.text) }
        }
        guard unsafe PQpipelineSync(handle) == 1 else { throw lost(commands[0].text) }
        var answers: [Answer] = []
        var failure: PostgreSQLError?
        for command in commands {
            do throws(PostgreSQLError) { answers.append(try nextAnswer(command.text)) } catch {
                failure = failure ?? error
            }
        }
        // The synchronisation point, after which the connection is ready again.
        unsafe PQclear(PQgetResult(handle))
        if let failure { throw failure }
        return answers
    }

    /// In pipeline mode each answer is followed by a null.
    private func nextAnswer(_ text: String) throws(PostgreSQLError) -> Answer {
        guard let result = unsafe PQgetResult(handle) else { throw lost(text) }
        defer { if isUsable { unsafe PQclear(PQgetResult(handle)) } }
        return unsafe try owned(result, text)
    }

    private func owned(_ result: OpaquePointer?, _ text: String) throws(PostgreSQLError) -> Answer {
        guard let result = unsafe result else { throw lost(text) }
        let answer = unsafe Answer(result, operation: text)
        try unsafe check(result, isConnected: isUsable, text)
        return answer
    }

    private func lost(_ text: String) -> PostgreSQLError {
        PostgreSQLError(
            isUsable ? .other : .connectionLost,
            message: "PostgreSQL: the connection to the database was lost (\(address); \(text))")
    }
}
