import Foundation
import Glibc

/// A disk of a few bytes in memory, mounted in an empty folder for one test. Only root may.
package final class FullDisk: Sendable {
    package let path: String

    /// Also root may not everywhere.
    package static let isPossible: Bool = {
        guard let scratch = try? ScratchDirectory() else { return false }
        return (try? FullDisk(at: scratch.path("disk"), bytes: 1 << 16)) != nil
    }()

    package init(at path: String, bytes: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        self.path = path
        try check(unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)"))
    }

    /// Nothing can be written any more, what is there can be read.
    package func makeReadOnly() throws {
        try check(unsafe mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil))
    }

    /// Takes the disk away, also from under those who use it.
    package func vanish() throws { try check(unsafe umount2(path, Int32(MNT_DETACH))) }

    deinit { _ = unsafe umount2(path, Int32(MNT_DETACH)) }

    private func check(_ result: Int32) throws {
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}
