import Dispatch
import Foundation

/// The PostgreSQL server of the integration tests; `scripts/servers/postgresql` starts one and says how to name it.
package enum PostgreSQLServer {
    /// Of a database in which databases may be created; nil if there is no server, and its tests are skipped.
    package static let url = ProcessInfo.processInfo.environment["MASKWATCH_TEST_POSTGRESQL_URL"]

    package static var isThere: Bool { url != nil }

    /// What to show where tests are skipped.
    package static let absence: String = "no PostgreSQL server: set MASKWATCH_TEST_POSTGRESQL_URL"

    /// The URL of another database of the same server.
    package static func url(database: String) -> String {
        guard let url, var parts = URLComponents(string: url) else { return "" }
        parts.path = "/" + database
        return parts.string ?? ""
    }
}

/// An empty database of a test's own on the shared server; gone when the value is.
package final class ScratchDatabase: Sendable {
    package let url: String
    private let name: String

    package static func create() async throws -> ScratchDatabase { try await offPool { try ScratchDatabase() } }

    private init() throws {
        name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        url = PostgreSQLServer.url(database: name)
        try Self.run("createdb", ["--maintenance-db", PostgreSQLServer.url ?? "", name])
    }

    deinit { try? Self.run("dropdb", ["--force", "--maintenance-db", PostgreSQLServer.url ?? "", name]) }

    private static func run(_ tool: String, _ arguments: [String]) throws {
        _ = try Tool.run(URL(filePath: "/usr/bin/env"), [tool] + arguments)
    }
}

/// A server of a test's own, which it may restart and kill; gone when the value is.
package final class PrivatePostgreSQLServer: Sendable {
    package let url: String
    private let scratch: ScratchDirectory

    private static let script = Fixtures.directory.appending(path: "../../scripts/servers/postgresql").standardized

    /// - Parameter settings: `name=value` as in postgresql.conf.
    package static func start(_ settings: String...) async throws -> PrivatePostgreSQLServer {
        try await offPool { try PrivatePostgreSQLServer(settings) }
    }

    private init(_ settings: [String]) throws {
        scratch = try ScratchDirectory()
        _ = try Self.run(["start", scratch.path("server")] + settings)
        let line = try Self.run(["env", scratch.path("server")])
        url = String(line.split(separator: "\"").dropFirst().first ?? "")
    }

    deinit { _ = try? Self.run(["stop", scratch.path("server")]) }

    /// Of the authority that signed the server's certificate.
    package var rootCertificate: String { scratch.path("server/root.crt") }

    package func stop() async throws { try await control("stop") }
    package func start() async throws { try await control("start") }
    package func restart() async throws { try await control("restart") }
    /// SIGKILL to all its processes.
    package func kill() async throws { try await control("kill") }

    private func control(_ action: String) async throws {
        let folder = scratch.path("server")
        _ = try await offPool { try Self.run([action, folder]) }
    }

    private static func run(_ arguments: [String]) throws -> String { try Tool.run(script, arguments) }
}

private enum Tool {
    /// Blocks until the tool has ended, and gives its standard output.
    static func run(_ executable: URL, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        let end = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in end.signal() }
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        end.wait()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: data, as: UTF8.self)
    }
}
