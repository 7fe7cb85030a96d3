import Foundation
import Synchronization

/// Kills this process with SIGKILL, as a power switch would, some time from now. For the bodies of exit tests.
package func dieSuddenly(after delay: Duration) {
    let seconds = delay / .seconds(1)
    Thread.detachNewThread {
        Thread.sleep(forTimeInterval: seconds)
        kill(getpid(), SIGKILL)
    }
}

/// Lines written one by one to a file, so that they outlive the process that wrote them: what it was told is safe.
package final class Witness: Sendable {
    private let handle: Mutex<FileHandle>
    private let path: String

    package init(path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        handle = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
        self.path = path
    }

    package func write(_ line: String) {
        handle.withLock { $0.write(Data((line + "\n").utf8)) }
    }

    /// Every whole line.
    package static func lines(at path: String) -> Set<String> {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return Set(text.split(separator: "\n").map(String.init))
    }
}
