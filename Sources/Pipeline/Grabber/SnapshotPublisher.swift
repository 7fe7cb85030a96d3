import Domain
import Foundation
import Imaging
import Messaging
import ObjectStorage
import ServiceLifecycle
import Synchronization

/// Stores pictures and announces them. A picture is announced only after it is stored; one that was stored and not
/// announced, because the process died in between, is announced when its camera is taken again. What cannot be delivered
/// at the moment waits in the spool, if there is one, and the cameras do not wait for it.
struct SnapshotPublisher: Sendable {
    let objects: any ObjectStore
    let snapshots: any WorkQueue
    let spool: Spool?
    let path = DeliveryPath()

    enum Outcome: Sendable {
        case announced(SnapshotTaken)
        /// It waits on this machine's disk; those were given up for it.
        case spooled(SnapshotTaken, dropped: [SnapshotTaken])

        var message: SnapshotTaken {
            switch self {
            case .announced(let message), .spooled(let message, _): message
            }
        }
    }

    /// Objects looked at in one step of `announceLeftovers`.
    private static let pageSize = 200
    private static let maximumPictureBytes = 32 << 20

    /// - Parameters:
    ///   - burst: the first snapshot of the shot's burst, if there is one before it.
    ///   - patience: how long the camera may wait before the picture goes to the spool.
    /// - Throws: `CameraFailure`: `.storage` or `.queueFull`; the picture is not kept then.
    func publish(
        _ picture: EncodedPicture, of camera: CameraID, shot: SnapshotSchedule.Shot, burst: SnapshotID? = nil,
        patience: Duration
    ) async throws(CameraFailure) -> Outcome {
        let message = Self.message(picture, camera, shot, burst)
        guard let spool else {
            try await deliver(picture.jpeg, message)
            return .announced(message)
        }
        // Behind those of its camera that wait already.
        if path.isOpen, await !spool.holds(camera), path.enter() {
            defer { path.leave() }
            do {
                try await withDeadline(patience) { try await deliver(picture.jpeg, message) }
                return .announced(message)
            } catch let failure as CameraFailure where failure.code == .queueFull {
                throw failure
            } catch { path.isOpen = false }
        }
        let dropped = await spool.add(picture.jpeg, message)
        // Nothing waits whose delivery could open the path again: the next picture tries by itself.
        if await spool.usage.pictures == 0 { path.isOpen = true }
        return .spooled(message, dropped: dropped)
    }

    /// Stores a picture; one that is there already, because an earlier try was not answered, is its own.
    /// - Throws: `ObjectStoreError`.
    func store(_ jpeg: Data, _ message: SnapshotTaken) async throws {
        do {
            try await objects.put(jpeg, at: message.objectKey)
        } catch let error as ObjectStoreError where error.code == .alreadyExists {}
    }

    /// - Throws: `QueueError`.
    func announce(_ message: SnapshotTaken) async throws {
        let body = try JSON.encode(message)
        try await snapshots.publish(QueueMessage(id: message.snapshotID.description, body: body))
    }

    /// Announces what of a camera was stored after `last` and before `end`, oldest first, but for what is known to be
    /// announced. The queue and the analyzer know a snapshot by its identity, so that announcing one twice is harmless.
    func announceLeftovers(
        of camera: CameraID, after last: SnapshotID?, before end: Date, but known: Set<SnapshotID>,
        each: (SnapshotTaken) -> Void
    ) async throws {
        var position = last.map { ObjectKey.snapshot($0, camera: camera) }
        let folder = "\(ObjectKey.snapshotFolder)/\(camera)"
        while true {
            let page = try await objects.list(prefix: folder, after: position, limit: Self.pageSize)
            for object in page where object.key.snapshotID.map({ $0.time < end && !known.contains($0) }) ?? false {
                guard let message = try await message(for: object, camera) else { continue }
                try await announce(message)
                each(message)
            }
            guard let last = page.last, page.count == Self.pageSize else { return }
            position = last.key
        }
    }

    // MARK: Steps

    private func deliver(_ jpeg: Data, _ message: SnapshotTaken) async throws(CameraFailure) {
        do {
            try await objects.put(jpeg, at: message.objectKey)
        } catch {
            throw Self.failure(storing: error)
        }
        do {
            try await announce(message)
        } catch {
            let failure = Self.failure(announcing: error)
            // Nobody will ever look at it: the picture counts as skipped.
            if spool == nil || failure.code == .queueFull { try? await objects.delete([message.objectKey]) }
            throw failure
        }
    }

    private static func message(
        _ picture: EncodedPicture, _ camera: CameraID, _ shot: SnapshotSchedule.Shot, _ burst: SnapshotID?
    ) -> SnapshotTaken {
        let snapshot = SnapshotID(at: picture.takenAt)
        return SnapshotTaken(
            snapshotID: snapshot, cameraID: camera, takenAt: picture.takenAt,
            objectKey: .snapshot(snapshot, camera: camera), width: picture.width, height: picture.height,
            bytes: picture.jpeg.count, shot: shot.index, shots: shot.count,
            burstID: shot.count > 1 ? burst ?? snapshot : nil)
    }

    private func message(for object: ObjectInformation, _ camera: CameraID) async throws -> SnapshotTaken? {
        guard let snapshot = object.key.snapshotID, let data = try await picture(at: object.key),
            let size = try? PictureDecoder().size(of: data)
        else { return nil }
        return SnapshotTaken(
            snapshotID: snapshot, cameraID: camera, takenAt: snapshot.time, objectKey: object.key, width: size.width,
            height: size.height, bytes: object.bytes)
    }

    /// Nil if there is none of a size that is looked at.
    /// - Throws: `ObjectStoreError` if the store does not say.
    private func picture(at key: ObjectKey) async throws -> Data? {
        do {
            return try await objects.get(key, limit: Self.maximumPictureBytes)
        } catch let error as ObjectStoreError where error.code == .notFound || error.code == .tooLarge {
            return nil
        }
    }

    private static func failure(storing error: any Error) -> CameraFailure {
        let isFull = (error as? ObjectStoreError)?.code == .full
        return CameraFailure(
            .storage, isFull ? "The storage for pictures is full." : "The picture could not be stored: \(error)")
    }

    private static func failure(announcing error: any Error) -> CameraFailure {
        (error as? QueueError)?.code == .full
            ? CameraFailure(.queueFull, "Pictures wait to be analysed: this one was left out.")
            : CameraFailure(.storage, "The picture could not be queued: \(error)")
    }
}

/// The way of pictures to store and queue, shared by all cameras of a grabber: how many are on it, and whether it leads
/// anywhere. A picture that finds it taken goes to the spool, so that a slow store takes neither memory nor time.
final class DeliveryPath: Sendable {
    private let state = Mutex((isOpen: true, used: 0))

    /// Pictures on their way at a time.
    private static let width = 8

    /// Closed by the first picture that does not get through, opened by the first of the spool that does.
    var isOpen: Bool {
        get { state.withLock { $0.isOpen } }
        set { state.withLock { $0.isOpen = newValue } }
    }

    /// Whether there was room.
    func enter() -> Bool {
        state.withLock { state in
            guard state.used < Self.width else { return false }
            state.used += 1
            return true
        }
    }

    func leave() { state.withLock { $0.used -= 1 } }
}

/// A picture as it is stored.
struct EncodedPicture: Sendable {
    let jpeg: Data
    let width: Int
    let height: Int
    let takenAt: Date
    /// What checking and encoding it took.
    let processorSeconds: Double
}
