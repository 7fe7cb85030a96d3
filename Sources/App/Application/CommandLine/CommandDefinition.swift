/// One sub-command: what it is called, what it takes, what it does. The table of all of them is `Commands.all`.
struct CommandDefinition: Sendable {
    /// `["camera", "add"]`
    let path: [String]
    let summary: String
    var details = ""
    var options: [CommandOption] = []
    /// What follows the options in the usage line, for example `PATH...`.
    var operands = ""
    /// How many operands there may be.
    var operandCount: ClosedRange<Int> = 0...0
    /// Returns the exit status; throws `UsageError`, `ConfigurationError`, or what went wrong.
    let run: @Sendable (CommandInput) async throws -> ExitStatus

    var name: String { path.joined(separator: " ") }

    func option(_ name: String) -> CommandOption? {
        (options + CommandOption.common).first { $0.name == name || $0.short == name }
    }
}

struct CommandOption: Sendable {
    let name: String
    var short: String?
    /// What the value is called in the help; nil for a flag.
    var value: String?
    let help: String

    static let config = CommandOption(
        name: "--config", value: "FILE",
        help: "configuration file (default: $MASKWATCH_CONFIG or maskwatch.yaml, if there is one)")
    static let data = CommandOption(
        name: "--data", value: "DIR", help: "folder for everything that is stored (default: data)")
    static let port = CommandOption(name: "--port", value: "N", help: "port of the web server (default: 8080)")
    static let workerPort = CommandOption(
        name: "--port", value: "N", help: "port of /healthz, /readyz and /metrics (default: a free one)")
    static let json = CommandOption(name: "--json", help: "print JSON for programs")
    static let logLevel = CommandOption(
        name: "--log-level", value: "LEVEL", help: "debug, info, notice, warning or error")
    static let logFormat = CommandOption(name: "--log-format", value: "FORMAT", help: "text or json")
    static let help = CommandOption(name: "--help", short: "-h", help: "show this help")

    static let common = [config, data, logLevel, logFormat, help]
}

enum ExitStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    case wrongUsage = 2
    case wrongConfiguration = 78
}

/// The command line cannot be understood.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
