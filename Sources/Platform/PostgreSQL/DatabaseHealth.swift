package import Foundation

/// How a pool is doing.
package struct DatabaseHealth: Sendable {
    /// Most connections, those that are made, and those that work.
    package let size: Int
    package let open: Int
    package let busy: Int
    /// Calls that wait for a connection.
    package let waiting: Int
    /// Why no connection can be made; nil if one can, as far as is known.
    package let outage: String?
    /// How many calls failed since the start, by reason.
    package let failures: [PostgreSQLError.Code: Int]
    /// The last failure that says something of the server, not of the data.
    package let lastFailure: Failure?

    package struct Failure: Hashable, Sendable {
        package let time: Date
        package let error: PostgreSQLError
    }
}

/// Failures of the past.
struct FailureHistory: Sendable {
    private(set) var counts: [PostgreSQLError.Code: Int] = [:]
    private(set) var last: DatabaseHealth.Failure?

    mutating func note(_ error: PostgreSQLError?, at time: Date = Date()) {
        guard let error else { return }
        counts[error.code, default: 0] += 1
        if error.code != .constraint { last = DatabaseHealth.Failure(time: time, error: error) }
    }
}
