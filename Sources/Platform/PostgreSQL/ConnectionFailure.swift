/// Why a connection could not be made. libpq 15 tells it in text only; a server that speaks another language than English
/// counts as not there, which is tried again, and its words are shown.
enum ConnectionFailure {
    static func code(of text: String) -> PostgreSQLError.Code {
        if text.contains("too many c") || text.contains("remaining connection slots") {
            return .tooManyConnections
        }
        if text.contains("session is read-only") { return .readOnly }
        let isRefusal = refusals.contains { text.contains($0) }
        return isRefusal ? .refused : .connectionLost
    }

    private static let refusals = [
        "authentication failed", "no password supplied", "pg_hba.conf", "does not exist", "is not permitted to log in",
        "certificate verify failed", "root certificate file", "server does not support SSL", "does not match host name",
        "SSL error", "permission denied for database", "not currently accepting connections",
    ]
}
