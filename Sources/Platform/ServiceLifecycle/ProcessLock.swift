import Foundation

/// A lock that one process holds for as long as the value lives; the kernel takes it back when the process dies.
package final class ProcessLock: Sendable {
    private let descriptor: Int32

    /// Nil if another process holds the lock.
    /// - Parameter path: a file for this purpose only; it is created and stays.
    /// - Throws: `CocoaError` if the file cannot be opened.
    package init?(path: String) throws {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: path]) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
