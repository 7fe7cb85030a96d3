package import Logging
import Synchronization

/// Keeps what was logged.
package final class RecordingLog: LogHandler {
    private let state = Mutex<[LogEntry]>([])

    package init() {}

    package var entries: [LogEntry] { state.withLock { $0 } }

    package func log(_ entry: LogEntry) { state.withLock { $0.append(entry) } }

    package func count(of message: String) -> Int { entries.count { $0.message == message } }
}
