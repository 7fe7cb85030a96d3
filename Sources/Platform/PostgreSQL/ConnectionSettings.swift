/// How connections are made and how long things may take.
package struct ConnectionSettings: Sendable {
    package var address: DatabaseAddress
    /// What the server's list of connections calls this process.
    package var applicationName = "maskwatch"
    /// Seconds to connect to one host.
    package var connectTimeout = 5
    /// After which the server ends a statement.
    package var statementTimeout = Duration.seconds(10)
    /// After which the server gives up waiting for a lock.
    package var lockTimeout = Duration.seconds(3)

    package init(address: DatabaseAddress) { self.address = address }

    /// Keywords of libpq in the order in which they count: the URL overrides what stands before it.
    var keywords: [(String, String)] {
        [
            ("connect_timeout", String(connectTimeout)),
            // A server that vanished is noticed within about 20 seconds.
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "2"),
            ("tcp_user_timeout", "20000"),
            // Of several hosts, the one that can be written to.
            ("target_session_attrs", "read-write"),
            ("application_name", applicationName),
            ("dbname", address.reveal()),
            ("client_encoding", "UTF8"),
        ]
    }
}

extension Duration {
    var milliseconds: String { String(Int(self / .milliseconds(1))) }
}
