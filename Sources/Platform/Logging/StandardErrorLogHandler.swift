package import Foundation

/// Writes one line an entry to standard error, as text for people or as JSON for machines. Secrets are redacted here,
/// in one place, whatever the caller put into the entry.
package struct StandardErrorLogHandler: LogHandler {
    package enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    private let format: Format

    package init(format: Format) {
        self.format = format
    }

    package func log(_ entry: LogEntry) {
        let line = SecretRedaction.redact(Self.line(for: entry, at: Date(), format: format)) + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    package static func line(for entry: LogEntry, at time: Date, format: Format) -> String {
        let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .text:
            let fields = entry.metadata.sorted { $0.key < $1.key }
                .map { " \($0.key.rawValue)=\(oneLine($0.value))" }.joined()
            return "\(stamp) \(entry.level.rawValue) \(entry.label): \(oneLine(entry.message))\(fields)"
        case .json:
            var object = ["time": stamp, "level": entry.level.rawValue, "label": entry.label, "message": entry.message]
            for (key, value) in entry.metadata { object[key.rawValue] = value }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return (try? encoder.encode(object)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        }
    }

    /// A value from outside must not be able to start a log line of its own. By scalars: `\r\n` is one character.
    private static func oneLine(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { line, scalar in
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            default: line.unicodeScalars.append(scalar)
            }
        }
    }
}
