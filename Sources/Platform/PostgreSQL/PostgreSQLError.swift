import CPostgreSQL

/// What PostgreSQL, or the way to it, refused, in words. Never holds the password, values from the database or parameters
/// of the statement.
package struct PostgreSQLError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The address is no PostgreSQL URL.
        case addressInvalid
        /// There is no connection: the server is away, restarting, or the network is.
        case connectionLost
        /// The server has as many connections as it may have.
        case tooManyConnections
        /// All connections of the pool were in use for longer than the wait time-out.
        case poolBusy
        /// User, password, certificate or database are not accepted.
        case refused
        /// A statement took longer than the statement time-out.
        case timedOut
        /// Another transaction held a lock for longer than the lock time-out.
        case locked
        /// Two transactions stood in each other's way; the same one may succeed when run again.
        case conflict
        /// A rule of the schema was broken: unique, foreign key, not null, check.
        case constraint
        /// The user may not do this.
        case rightMissing
        /// The server's disk is full.
        case full
        /// The server only reads: a standby.
        case readOnly
        case corrupt
        case other
    }

    package let code: Code
    /// Five characters (postgresql.org/docs/current/errcodes-appendix.html); empty if the server did not say anything.
    package let sqlState: String
    /// Where it happened and what to do.
    package let message: String

    package init(_ code: Code, sqlState: String = "", message: String) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
    }

    /// Whether the same call may succeed later without anybody changing the program or the configuration.
    package var isRetriable: Bool {
        switch code {
        case .connectionLost, .tooManyConnections, .poolBusy, .timedOut, .locked, .conflict, .full, .readOnly: true
        case .addressInvalid, .refused, .constraint, .rightMissing, .corrupt, .other: false
        }
    }

    package var description: String { message }
}

/// The one place where a result becomes an error. A missing result, and one that says that a pipeline was aborted, are
/// errors too.
/// - Parameters:
///   - isConnected: whether the connection is still there.
///   - operation: what was tried, for people: the text of the statement.
func check(_ result: OpaquePointer?, isConnected: Bool, _ operation: @autoclosure () -> String) throws(PostgreSQLError)
{
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return
    default: break
    }
    let state = unsafe field(MW_DIAG_SQLSTATE, of: result)
    guard isConnected || !state.isEmpty else {
        throw PostgreSQLError(
            .connectionLost, message: "PostgreSQL: the connection to the database was lost (\(operation()))")
    }
    let code = PostgreSQLError.Code(sqlState: state)
    // Messages of class 22 quote the value that was wrong.
    let cause = unsafe state.hasPrefix("22") ? "a value is wrong" : field(MW_DIAG_MESSAGE, of: result)
    throw PostgreSQLError(
        code, sqlState: state, message: "PostgreSQL: \(code.advice) (\(cause), SQLSTATE \(state); \(operation()))")
}

private func field(_ name: Int, of result: OpaquePointer?) -> String {
    guard let text = unsafe PQresultErrorField(result, Int32(name)) else { return "" }
    return unsafe String(cString: text)
}

extension PostgreSQLError.Code {
    init(sqlState: String) {
        switch sqlState {
        case "53300": self = .tooManyConnections
        case "57014": self = .timedOut
        case "55P03": self = .locked
        case "40001", "40P01": self = .conflict
        case "42501": self = .rightMissing
        case "53100": self = .full
        case "25006": self = .readOnly
        case "3D000": self = .refused
        case "57P01", "57P02", "57P03", "57P05", "25P03": self = .connectionLost
        case "XX001", "XX002": self = .corrupt
        default: self = Self(errorClass: sqlState.prefix(2))
        }
    }

    private init(errorClass: Substring) {
        switch errorClass {
        case "08": self = .connectionLost
        case "23": self = .constraint
        case "28": self = .refused
        default: self = .other
        }
    }

    var advice: String {
        switch self {
        case .addressInvalid: "the address of the database is not a PostgreSQL URL"
        case .connectionLost: "the database server is not there"
        case .tooManyConnections: "the server has no connection left; raise its max_connections or run fewer workers"
        case .poolBusy: "all connections to the database are in use"
        case .refused: "the server does not let us in; check user, password, database and TLS settings"
        case .timedOut: "a statement took longer than it may"
        case .locked: "another transaction holds a lock for too long"
        case .conflict: "two transactions stood in each other's way"
        case .constraint: "a value breaks a rule of the schema"
        case .rightMissing: "the user lacks a right; the tables must belong to it"
        case .full: "the disk of the server is full; free some space"
        case .readOnly: "the server only reads; point the address to the primary"
        case .corrupt: "the database is damaged; restore it from a backup"
        case .other: "the statement failed"
        }
    }
}
