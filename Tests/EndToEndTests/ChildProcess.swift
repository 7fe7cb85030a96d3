import Foundation
import TestSupport

/// A program started for a test. Its output goes to a file; it is killed when the value is gone.
final class ChildProcess: @unchecked Sendable {
    // Foundation's Process is only told to run and asked whether it runs, which it guards itself.
    let log: URL
    private let process = Process()

    /// `input` goes to standard input, so that secrets need not stand in the arguments.
    init(
        _ program: URL, _ arguments: [String] = [], log: URL, environment: [String: String]? = nil, input: Data = Data()
    ) throws {
        self.log = log
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = output
        process.standardError = output
        let pipe = Pipe()
        process.standardInput = pipe
        try process.run()
        try pipe.fileHandleForWriting.write(contentsOf: input)
        try pipe.fileHandleForWriting.close()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var output: String { (try? String(decoding: Data(contentsOf: log), as: UTF8.self)) ?? "" }

    /// Ends it and waits until it is gone.
    func end(_ signal: Int32 = SIGTERM) async throws {
        kill(process.processIdentifier, signal)
        try await until("\(process.executableURL?.lastPathComponent ?? "") ends after signal \(signal)", within: 60) {
            !self.process.isRunning
        }
    }

    /// Bytes in memory now; 0 once it has ended.
    var residentBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (Int(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "0") ?? 0) * 1024
    }
}

/// What did not happen in time.
struct Timeout: Error, CustomStringConvertible {
    let description: String
}

/// Polls until the condition holds, or throws after `seconds`.
func until(_ what: String, within seconds: Double, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw Timeout(description: "not within \(Int(seconds)) s: \(what)")
        }
        try await Task.sleep(for: .milliseconds(200))
    }
}
