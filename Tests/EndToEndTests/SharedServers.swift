import Foundation
import TestSupport

/// A virtual host and a database of its own on the servers that `scripts/integration` started.
struct SharedServers {
    static let environment = ProcessInfo.processInfo.environment
    /// What is not there; the suites are skipped then, and say so.
    static let missing =
        Requirements.missing
        + ["MASKWATCH_TEST_RABBITMQ_URL", "MASKWATCH_TEST_RABBITMQ_FOLDER", "MASKWATCH_TEST_POSTGRESQL_URL"].filter {
            environment[$0] == nil
        }.map { "\($0) (scripts/integration)" }

    /// `amqp://...` of a virtual host nobody else uses.
    let queue: String
    /// `postgresql://...` of a database nobody else uses.
    let database: String
    private let name: String

    static func create() async throws -> SharedServers {
        let name = "e2e_\(UUID().uuidString.prefix(8).lowercased())"
        let servers = SharedServers(name: name)
        try await servers.rabbitmqctl("add_vhost", name)
        try await servers.rabbitmqctl("set_permissions", "-p", name, "maskwatch", ".*", ".*", ".*")
        _ = try await Self.sql("CREATE DATABASE \(name)", at: environment["MASKWATCH_TEST_POSTGRESQL_URL"] ?? "")
        return servers
    }

    private init(name: String) {
        self.name = name
        queue = Self.replacingPath(of: Self.environment["MASKWATCH_TEST_RABBITMQ_URL"] ?? "", by: name)
        database = Self.replacingPath(of: Self.environment["MASKWATCH_TEST_POSTGRESQL_URL"] ?? "", by: name)
    }

    func remove() async throws {
        try await rabbitmqctl("delete_vhost", name)
        _ = try await Self.sql(
            "DROP DATABASE \(name) WITH (FORCE)", at: Self.environment["MASKWATCH_TEST_POSTGRESQL_URL"] ?? "")
    }

    /// The first column of every row, past the program.
    func rows(_ sql: String) async throws -> [String] {
        try await Self.sql(sql, at: database).split(separator: "\n").map(String.init)
    }

    private func rabbitmqctl(_ arguments: String...) async throws {
        let folder = Self.environment["MASKWATCH_TEST_RABBITMQ_FOLDER"] ?? ""
        let script = Requirements.root.appending(path: "scripts/servers/rabbitmq")
        _ = try await Command.run(script, ["ctl", folder] + arguments)
    }

    private static func sql(_ text: String, at url: String) async throws -> String {
        try await Command.run(URL(filePath: "/usr/bin/psql"), ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text, url])
    }

    private static func replacingPath(of url: String, by name: String) -> String {
        guard var parts = URLComponents(string: url) else { return url }
        parts.path = "/" + name
        return parts.string ?? url
    }
}

/// A program that is run to its end.
enum Command {
    static func run(_ program: URL, _ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Timeout(description: "\(program.lastPathComponent) ended with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
