import Foundation

/// The processor cores of this machine.
package enum ProcessorCores {
    /// How many of them this process may run on: fewer than the machine has where an administrator or a container chose some.
    package static let allowed: Int = {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        return status.flatMap(allowed(by:)) ?? ProcessInfo.processInfo.activeProcessorCount
    }()

    /// - Parameter status: proc_pid_status(5). `Cpus_allowed` is a mask of hexadecimal digits in groups.
    package static func allowed(by status: String) -> Int? {
        let key = "Cpus_allowed:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
        let count = line.dropFirst(key.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : nil
    }
}
