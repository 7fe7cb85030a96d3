import Foundation

/// A real server that scripts/integration started, or one that a test starts for itself to do harm to it.
package struct IntegrationServer: Sendable {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }
    private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "scripts/servers")

    /// For `.enabled(if:)`: whether the variable, for example `MASKWATCH_TEST_RABBITMQ_URL`, is set.
    package static func has(_ variable: String) -> Bool { environment[variable] != nil }

    /// The variable; empty where the suite is not enabled.
    package static func value(_ variable: String) -> String { environment[variable] ?? "" }

    private let script: String
    private let folder: String

    /// - Parameters:
    ///   - name: a file in scripts/servers.
    ///   - folder: of the server; one that exists already, or a new one below that of the tests' common server.
    package init(_ name: String, folder: String) {
        script = Self.scripts.appending(path: name).path
        self.folder = folder
    }

    /// Runs `scripts/servers/NAME VERB FOLDER ARGUMENT...` on a thread of its own and returns what it printed.
    /// - Throws: an error with its output if it fails.
    @discardableResult
    package func run(_ verb: String, _ arguments: String...) async throws -> String {
        let (script, folder) = (script, folder)
        return try await offPool {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: script)
            process.arguments = [verb, folder] + arguments
            let output = FileManager.default.temporaryDirectory.appending(path: "maskwatch-\(UUID().uuidString)")
            _ = FileManager.default.createFile(atPath: output.path, contents: nil)
            defer { try? FileManager.default.removeItem(at: output) }
            let handle = try FileHandle(forWritingTo: output)
            process.standardOutput = handle
            process.standardError = handle
            try process.run()
            process.waitUntilExit()
            let text = try String(contentsOf: output, encoding: .utf8)
            guard process.terminationStatus == 0 else { throw ServerScriptError(description: "\(verb): \(text)") }
            return text
        }
    }

    /// The value of a variable as the server's script prints it.
    package func exported(_ variable: String) async throws -> String {
        let lines = try await run("env").split(separator: "\n")
        let prefix = "export \(variable)="
        return lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) } ?? ""
    }
}

private struct ServerScriptError: Error, CustomStringConvertible {
    let description: String
}
