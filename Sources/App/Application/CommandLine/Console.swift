import Foundation
import Logging

/// Standard output for data, standard error for people.
enum Console {
    static func output(_ text: String, terminator: String = "\n") {
        FileHandle.standardOutput.write(Data((text + terminator).utf8))
    }

    static func error(_ text: String) {
        FileHandle.standardError.write(Data((SecretRedaction.redact(text) + "\n").utf8))
    }

    /// A line that is written over by the next one; only where somebody watches.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    static func endProgress() { progress("") }

    /// Reads one line without showing it, for passwords.
    static func readSecret(prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine() }
        FileHandle.standardError.write(Data(prompt.utf8))
        var settings = termios()
        unsafe tcgetattr(STDIN_FILENO, &settings)
        let visible = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        defer {
            var restored = visible
            unsafe tcsetattr(STDIN_FILENO, TCSANOW, &restored)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        return readLine()
    }
}
