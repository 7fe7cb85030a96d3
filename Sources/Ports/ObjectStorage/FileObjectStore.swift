package import Domain
package import Foundation
import ServiceLifecycle

/// An object store in a folder. An object is written to a temporary file of the same file system, flushed, and renamed, so
/// that a crash leaves all of it or nothing. Keys become paths; keys cannot leave the folder (see `ObjectKey`), and
/// symbolic links are never followed. Several processes may share the folder: each counts from time to time what the
/// others stored and deleted.
package final class FileObjectStore: ObjectStore {
    private let folder: ObjectFolder
    private let limits: FileObjectStoreLimits
    private let ledger: UsageLedger
    private let pool: BlockingPool
    private let recountAge: Duration?

    /// Opens or creates the folder, removes what a crash left half written, and adds up what is stored.
    /// - Parameter recountAge: for a folder shared with other processes: how old the sum of what is stored may become. What
    ///   is half written is then left alone for an hour, because another process may be writing it.
    /// - Throws: `ObjectStoreError`.
    package static func open(
        at path: String, limits: FileObjectStoreLimits = FileObjectStoreLimits(), recountAge: Duration? = nil
    ) async throws -> FileObjectStore {
        let pool = BlockingPool(label: "object-store", width: 4)
        let abandonedAfter = recountAge == nil ? 0 : 3600.0
        let folder = try await pool.run { try ObjectFolder(path: path, abandonedAfter: abandonedAfter) }
        let ledger = UsageLedger(used: try await pool.run { try folder.totalBytes() })
        return FileObjectStore(folder: folder, limits: limits, ledger: ledger, pool: pool, recountAge: recountAge)
    }

    private init(
        folder: ObjectFolder, limits: FileObjectStoreLimits, ledger: UsageLedger, pool: BlockingPool,
        recountAge: Duration?
    ) {
        self.folder = folder
        self.limits = limits
        self.ledger = ledger
        self.pool = pool
        self.recountAge = recountAge
    }

    package func put(_ data: Data, at key: ObjectKey) async throws {
        try await recount()
        let free = try await onDisk { folder in try folder.freeBytes() }
        guard free - data.count >= limits.minimumFreeBytes else {
            throw ObjectStoreError(.full, "the disk has \(free) bytes left; \(limits.minimumFreeBytes) must stay free")
        }
        guard ledger.reserve(data.count, quota: limits.quotaBytes) else {
            throw ObjectStoreError(.full, "the quota of \(limits.quotaBytes) bytes is used up")
        }
        do { try await onDisk { folder in try folder.write(data, at: key) } } catch {
            ledger.release(data.count)
            throw error
        }
    }

    package func get(_ key: ObjectKey, limit: Int) async throws -> Data {
        try await onDisk { folder in try folder.read(key, limit: limit) }
    }

    package func head(_ key: ObjectKey) async throws -> ObjectInformation? {
        try await onDisk { folder in try folder.information(key) }
    }

    package func delete(_ keys: [ObjectKey]) async throws {
        guard !keys.isEmpty else { return }
        try await onDisk { [ledger] folder in
            for key in keys { ledger.release(try folder.remove(key)) }
        }
    }

    package func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation] {
        try await onDisk { folder in
            var listing = ObjectListing(folder: folder, after: after, limit: limit)
            return try listing.objects(below: prefix)
        }
    }

    package func usage() async throws -> StorageUsage {
        try await recount()
        let free = try await onDisk { folder in try folder.freeBytes() }
        let room = min(free - limits.minimumFreeBytes, limits.quotaBytes - ledger.used)
        return StorageUsage(usedBytes: ledger.used, freeBytes: max(0, room))
    }

    private func recount() async throws {
        guard let recountAge, ledger.beginsRecount(olderThan: recountAge) else { return }
        ledger.recounted(try await onDisk { folder in try folder.totalBytes() })
    }

    private func onDisk<Value: Sendable>(
        _ body: @escaping @Sendable (ObjectFolder) throws -> Value
    ) async throws -> Value {
        try await pool.run { [folder] in
            try folder.checkPresence()
            return try body(folder)
        }
    }
}

package struct FileObjectStoreLimits: Sendable {
    /// Most bytes of objects.
    package var quotaBytes: Int
    /// Bytes of the disk that stay free.
    package var minimumFreeBytes: Int

    package init(quotaBytes: Int = .max, minimumFreeBytes: Int = 0) {
        self.quotaBytes = quotaBytes
        self.minimumFreeBytes = minimumFreeBytes
    }
}
