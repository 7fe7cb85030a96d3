/// How much a log line matters. Rules: `error` needs a person, `warning` may need one, `notice` is a change of state,
/// `info` is a step of normal work worth counting, `debug` is for finding faults.
package enum LogLevel: String, Sendable, Comparable, CaseIterable {
    case debug, info, notice, warning, error

    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .notice: 2
        case .warning: 3
        case .error: 4
        }
    }
}

/// One line of the log: a fixed sentence and structured fields, never a payload.
package struct LogEntry: Sendable {
    package let level: LogLevel
    package let label: String
    package let message: String
    package let metadata: [LogKey: String]
}

/// Where log entries go. Implementations must be quick and must not throw: logging never fails the work.
package protocol LogHandler: Sendable {
    func log(_ entry: LogEntry)
}

/// Writes structured log entries for one part of the system.
package struct Logger: Sendable {
    package let label: String
    private let minimum: LogLevel
    private let handler: any LogHandler
    private var metadata: [LogKey: String] = [:]

    package init(label: String, minimum: LogLevel = .info, handler: any LogHandler) {
        self.label = label
        self.minimum = minimum
        self.handler = handler
    }

    /// A logger that writes nothing, for tests and one-shot commands.
    package static let silent = Logger(label: "silent", handler: SilentLogHandler())

    /// The same logger under another label.
    package func labelled(_ label: String) -> Logger {
        var logger = Logger(label: label, minimum: minimum, handler: handler)
        logger.metadata = metadata
        return logger
    }

    /// The same logger with a field added to every entry.
    package func with(_ key: LogKey, _ value: String) -> Logger {
        var logger = self
        logger.metadata[key] = value
        return logger
    }

    package func debug(_ message: @autoclosure () -> String, _ fields: [LogKey: String] = [:]) {
        log(.debug, message, fields)
    }

    package func info(_ message: @autoclosure () -> String, _ fields: [LogKey: String] = [:]) {
        log(.info, message, fields)
    }

    package func notice(_ message: @autoclosure () -> String, _ fields: [LogKey: String] = [:]) {
        log(.notice, message, fields)
    }

    package func warning(_ message: @autoclosure () -> String, _ fields: [LogKey: String] = [:]) {
        log(.warning, message, fields)
    }

    package func error(_ message: @autoclosure () -> String, _ fields: [LogKey: String] = [:]) {
        log(.error, message, fields)
    }

    private func log(_ level: LogLevel, _ message: () -> String, _ fields: [LogKey: String]) {
        guard level >= minimum else { return }
        let all = metadata.merging(fields) { _, new in new }
        handler.log(LogEntry(level: level, label: label, message: message(), metadata: all))
    }
}

private struct SilentLogHandler: LogHandler {
    func log(_ entry: LogEntry) {}
}
