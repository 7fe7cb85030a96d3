import Domain
import Foundation

/// The files behind a `FileObjectStore`. All calls block.
struct ObjectFolder: Sendable {
    /// Half-written objects; in the same file system, so that a rename is all it takes to publish one.
    private static let temporaryFolder = ".writing"
    private static let publishAttempts = 3

    let path: String
    private let temporary: String

    /// - Parameter abandonedAfter: seconds after which nobody can be writing a half-written object any more.
    init(path: String, abandonedAfter: Double) throws {
        self.path = path
        temporary = "\(path)/\(Self.temporaryFolder)"
        try makeFolder(temporary)
        let writtenLast = Date(timeIntervalSinceNow: -abandonedAfter)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] {
            let half = "\(temporary)/\(name)"
            guard let status = try FileStatus.at(half), status.modifiedAt <= writtenLast else { continue }
            try? FileManager.default.removeItem(atPath: half)
        }
    }

    /// Tells a folder that has gone, because its disk was unmounted, from one that lacks an object.
    /// - Throws: `ObjectStoreError` with `.unavailable`.
    func checkPresence() throws {
        guard try FileStatus.at(temporary)?.isFolder != true else { return }
        throw ObjectStoreError(.unavailable, "the folder '\(path)' has gone: mount its disk again")
    }

    func write(_ data: Data, at key: ObjectKey) throws {
        let half = "\(temporary)/\(UUID().uuidString)"
        do {
            try File.create(half, holding: data)
            try publish(half, at: key)
        } catch {
            unsafe unlink(half)
            throw error
        }
    }

    func read(_ key: ObjectKey, limit: Int) throws -> Data {
        let file = try File(readingAt: "\(path)/\(key)")
        let size = try file.status().bytes
        guard size <= limit else {
            throw ObjectStoreError(.tooLarge, "the object has \(size) bytes; at most \(limit) are accepted")
        }
        return try file.read(size)
    }

    func information(_ key: ObjectKey) throws -> ObjectInformation? {
        guard let status = try FileStatus.at("\(path)/\(key)"), status.isFile else { return nil }
        return ObjectInformation(key: key, bytes: status.bytes, modifiedAt: status.modifiedAt)
    }

    /// The bytes that became free.
    func remove(_ key: ObjectKey) throws -> Int {
        let file = "\(path)/\(key)"
        guard let status = try FileStatus.at(file), status.isFile else { return 0 }
        guard unsafe unlink(file) == 0 else { throw ObjectStoreError(errno, "cannot delete an object") }
        removeEmptyFolders(above: key)
        return status.bytes
    }

    /// Names below a folder, ascending, without the store's own.
    func names(in folder: String) throws -> [String] {
        let full = folder.isEmpty ? path : "\(path)/\(folder)"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: full) else { return [] }
        return names.filter { $0 != Self.temporaryFolder }.sorted()
    }

    func freeBytes() throws -> Int {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { throw ObjectStoreError(errno, "cannot read the disk's size") }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    func totalBytes() throws -> Int {
        var listing = ObjectListing(folder: self, after: nil, limit: .max)
        return try listing.objects(below: "").reduce(0) { $0 + $1.bytes }
    }

    /// `link` and not `rename`: it fails if the key exists, and objects are never overwritten.
    private func publish(_ half: String, at key: ObjectKey) throws {
        let target = "\(path)/\(key)"
        let parent = String(target.prefix(upTo: target.lastIndex(of: "/") ?? target.startIndex))
        var result = unsafe link(half, target)
        // Again, because whoever deletes the last object of a folder may take the folder away in between.
        for _ in 0..<Self.publishAttempts where result != 0 && errno == ENOENT {
            try makeFolder(parent)
            result = unsafe link(half, target)
        }
        guard result == 0 else {
            if errno == EEXIST { throw ObjectStoreError(.alreadyExists, "there is an object with this key already") }
            throw ObjectStoreError(errno, "cannot store an object")
        }
        unsafe unlink(half)
        try File(folderAt: parent).synchronize()
    }

    private func makeFolder(_ path: String) throws {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw ObjectStoreError(errno, "cannot create the folder '\(path)'")
        }
    }

    private func removeEmptyFolders(above key: ObjectKey) {
        var segments = key.description.split(separator: "/").dropLast()
        while segments.count > 1, unsafe rmdir("\(path)/\(segments.joined(separator: "/"))") == 0 {
            segments.removeLast()
        }
    }
}
