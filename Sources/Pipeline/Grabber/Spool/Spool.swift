package import Domain
package import Foundation
import ObjectStorage
import ServiceLifecycle

/// Pictures that could not be stored and queued yet, in a folder of this machine, in the order in which they were taken.
/// Up to a limit: then the oldest goes. What is there when the process ends is there when it begins again; a picture that
/// was being written then is not.
package actor Spool {
    private let files: any ObjectStore
    private let lock: ProcessLock
    private var index: SpoolIndex
    private let newsContinuation: AsyncStream<Void>.Continuation

    /// Says that pictures wait.
    nonisolated let news: AsyncStream<Void>
    /// Files that were found at the beginning and are no whole pictures; they were deleted.
    package nonisolated let damagedAtStart: Int

    /// Spools below one folder, one for each grabber of a machine.
    private static let maximumSpools = 1000

    /// Opens a spool below the folder that no other process uses, one with pictures if there is one: those of a grabber
    /// that ended go on with the next that begins.
    /// - Throws: `ObjectStoreError`, or what the folder does not allow.
    package static func open(below folder: String, limitBytes: Int, minimumFreeBytes: Int = 0) async throws -> Spool {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var empty: Spool?
        for number in 1...maximumSpools {
            let path = "\(folder)/\(number)"
            if empty != nil, !FileManager.default.fileExists(atPath: path) { break }
            guard let lock = try ProcessLock(path: path + ".lock") else { continue }
            let limits = FileObjectStoreLimits(quotaBytes: .max, minimumFreeBytes: minimumFreeBytes)
            let files = try await FileObjectStore.open(at: path, limits: limits)
            let spool = try await Spool(files, lock, limitBytes: limitBytes)
            if await spool.usage.pictures > 0 { return spool }
            empty = empty ?? spool
        }
        guard let empty else { throw ObjectStoreError(.denied, "every spool below '\(folder)' is in use") }
        return empty
    }

    private init(_ files: any ObjectStore, _ lock: ProcessLock, limitBytes: Int) async throws {
        self.files = files
        self.lock = lock
        let objects = try await files.list(prefix: SpooledPicture.folder, after: nil, limit: .max)
        let pictures = objects.compactMap(SpooledPicture.init)
        let whole = Set(pictures.map(\.file))
        let damaged = objects.map(\.key).filter { !whole.contains($0) }
        try await files.delete(damaged)
        damagedAtStart = damaged.count
        index = SpoolIndex(limit: limitBytes, waiting: pictures)
        (news, newsContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        if !pictures.isEmpty { newsContinuation.yield() }
    }

    package var usage: (pictures: Int, bytes: Int) { (index.count, index.bytes) }

    package func holds(_ camera: CameraID) -> Bool { index.holds(camera) }

    package func oldest(_ count: Int) -> [SpooledPicture] { index.oldest(count) }

    /// The oldest pictures, for delivery: these are not dropped any more.
    package func claim(_ count: Int) -> [SpooledPicture] { index.claim(count) }

    package func unclaim() { index.unclaim() }

    /// Keeps a picture, and drops the oldest ones where there is no room for it otherwise, by the limit or on the disk.
    /// - Returns: what was dropped; the picture itself if it cannot be kept at all.
    package func add(_ jpeg: Data, _ message: SnapshotTaken) async -> [SnapshotTaken] {
        let picture = SpooledPicture(message)
        guard let old = index.reserve(message.bytes) else { return [message] }
        var dropped: [SnapshotTaken] = []
        for picture in old where await remove(picture) { dropped.append(picture.message) }
        while true {
            do {
                try await files.put(jpeg, at: picture.file)
                index.insert(picture)
                newsContinuation.yield()
                return dropped
            } catch {
                guard (error as? ObjectStoreError)?.code == .full, let oldest = index.oldestToDrop else {
                    index.release(message.bytes)
                    return dropped + [message]
                }
                if await remove(oldest) { dropped.append(oldest.message) }
            }
        }
    }

    /// Nil if the file is lost or damaged.
    package func jpeg(of picture: SpooledPicture) async -> Data? {
        guard let data = try? await files.get(picture.file, limit: picture.message.bytes) else { return nil }
        return data.count == picture.message.bytes ? data : nil
    }

    /// - Returns: whether it was there; of two who remove it at the same time one learns so.
    @discardableResult
    package func remove(_ picture: SpooledPicture) async -> Bool {
        guard index.remove(picture) else { return false }
        // A file that stays is delivered once more after a restart, which is harmless.
        try? await files.delete([picture.file])
        return true
    }
}
