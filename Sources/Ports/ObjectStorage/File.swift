import Foundation

/// Owner of a file descriptor. Symbolic links are not followed.
final class File {
    private let descriptor: Int32

    init(readingAt path: String) throws {
        descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw ObjectStoreError(errno, "cannot open an object") }
    }

    init(folderAt path: String) throws {
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ObjectStoreError(errno, "cannot open a folder") }
    }

    private init(creatingAt path: String) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw ObjectStoreError(errno, "cannot create a file") }
    }

    deinit { close(descriptor) }

    /// Writes all of `data` and returns when the disk has it.
    static func create(_ path: String, holding data: Data) throws {
        let file = try File(creatingAt: path)
        try file.write(data)
        try file.synchronize()
    }

    func status() throws -> FileStatus {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw ObjectStoreError(errno, "cannot read a file's size") }
        return FileStatus(status)
    }

    func read(_ count: Int) throws -> Data {
        var data = Data(count: count)
        var position = 0
        while position < count {
            let got = unsafe data.withUnsafeMutableBytes { buffer in
                unsafe Foundation.read(descriptor, buffer.baseAddress! + position, count - position)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw ObjectStoreError(.unavailable, "an object ended early") }
            position += got
        }
        return data
    }

    func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw ObjectStoreError(errno, "cannot flush to disk") }
    }

    private func write(_ data: Data) throws {
        var position = 0
        while position < data.count {
            let put = unsafe data.withUnsafeBytes { buffer in
                unsafe Foundation.write(descriptor, buffer.baseAddress! + position, data.count - position)
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw ObjectStoreError(errno, "cannot write an object") }
            position += put
        }
    }
}

/// What the file system says of a path.
struct FileStatus {
    let bytes: Int
    let modifiedAt: Date
    let isFile: Bool
    let isFolder: Bool

    init(_ status: stat) {
        bytes = Int(status.st_size)
        modifiedAt = Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
        isFile = status.st_mode & S_IFMT == S_IFREG
        isFolder = status.st_mode & S_IFMT == S_IFDIR
    }

    /// Nil if there is nothing. A symbolic link is neither file nor folder.
    static func at(_ path: String) throws -> FileStatus? {
        var status = stat()
        guard unsafe lstat(path, &status) != 0 else { return FileStatus(status) }
        guard errno == ENOENT || errno == ENOTDIR else { throw ObjectStoreError(errno, "cannot look at an object") }
        return nil
    }
}

extension ObjectStoreError {
    /// The one place where an error of the file system becomes one of the store.
    init(_ number: Int32, _ action: String) {
        let reason = unsafe String(cString: strerror(number))
        switch number {
        case ENOENT, ENOTDIR, ELOOP: self.init(.notFound, "there is no such object")
        case ENOSPC, EDQUOT: self.init(.full, "\(action): the disk is full")
        case EACCES, EPERM, EROFS: self.init(.denied, "\(action): \(reason)")
        default: self.init(.unavailable, "\(action): \(reason)")
        }
    }
}
