import CPostgreSQL

/// `postgresql://user:password@host:port/database?sslmode=verify-full&sslrootcert=/etc/ca.crt`, checked. Prints without
/// the password.
package struct DatabaseAddress: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let url: String
    private let password: String
    /// Host, port, database and user.
    package let description: String

    /// - Throws: `PostgreSQLError` with `.addressInvalid`, which never quotes the address: what is wrong with it may be
    ///   the password.
    package init(_ url: String) throws(PostgreSQLError) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://"), !url.utf8.contains(0),
            let options = Self.options(of: url), Self.isSound(options)
        else {
            throw PostgreSQLError(
                .addressInvalid,
                message:
                    "PostgreSQL: the address of the database is not a URL: write postgresql://user:password@host:port/database and percent-encode what is special"
            )
        }
        self.url = url
        password = options["password"] ?? ""
        let place = "\(options["host"] ?? "localhost"):\(options["port"] ?? "5432")"
        description = "\(options["dbname"] ?? "postgres") on \(place) as \(options["user"] ?? "the current user")"
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// A password that was not encoded spills into what follows it, which libpq then quotes in its errors.
    private static func isSound(_ options: [String: String]) -> Bool {
        let port = options["port"] ?? ""
        let names = (options["host"] ?? "") + (options["dbname"] ?? "") + (options["user"] ?? "")
        return port.allSatisfy { $0.isASCII && $0.isNumber || $0 == "," }
            && !names.contains { "@?#&=".contains($0) } && options["dbname"]?.contains("/") != true
    }

    /// For libpq only.
    func reveal() -> String { url }

    /// The text without the password, should the library ever quote it.
    func redact(_ text: String) -> String {
        password.isEmpty ? text : text.replacing(password, with: "***")
    }

    /// What libpq understands of the URL; nil if it does not.
    private static func options(of url: String) -> [String: String]? {
        guard let list = unsafe PQconninfoParse(url, nil) else { return nil }
        defer { unsafe PQconninfoFree(list) }
        var options: [String: String] = [:]
        var next = unsafe list
        while let keyword = unsafe next.pointee.keyword {
            if let value = unsafe next.pointee.val { unsafe options[String(cString: keyword)] = String(cString: value) }
            unsafe next += 1
        }
        return options
    }
}
