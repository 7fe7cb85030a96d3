import Domain
import Foundation
import Imaging
import Messaging
import ObjectStorage

/// Stores pictures of one camera and announces them. A picture is announced only after it is stored; one that was stored
/// and not announced, because the process died in between, is announced when the camera is taken again.
struct SnapshotPublisher: Sendable {
    let camera: CameraID
    let objects: any ObjectStore
    let snapshots: any WorkQueue

    /// Objects looked at in one step of `announceLeftovers`.
    private static let pageSize = 200
    private static let maximumPictureBytes = 32 << 20

    /// - Parameter burst: the first snapshot of the shot's burst, if there is one before it.
    /// - Throws: `CameraFailure`: `.storage` or `.queueFull`; the picture is not kept then.
    func publish(
        _ picture: EncodedPicture, shot: SnapshotSchedule.Shot, burst: SnapshotID? = nil
    ) async throws(CameraFailure) -> SnapshotTaken {
        let snapshot = SnapshotID(at: picture.takenAt)
        let key = ObjectKey.snapshot(snapshot, camera: camera)
        let message = SnapshotTaken(
            snapshotID: snapshot, cameraID: camera, takenAt: picture.takenAt, objectKey: key, width: picture.width,
            height: picture.height, bytes: picture.jpeg.count, shot: shot.index, shots: shot.count,
            burstID: shot.count > 1 ? burst ?? snapshot : nil)
        do {
            try await objects.put(picture.jpeg, at: key)
        } catch {
            throw Self.failure(storing: error)
        }
        do {
            try await announce(message)
        } catch {
            // Nobody will ever look at it: the picture counts as skipped.
            try? await objects.delete([key])
            throw Self.failure(announcing: error)
        }
        return message
    }

    /// Announces what was stored after `last`, oldest first. The queue and the analyzer know a snapshot by its identity, so
    /// that announcing one twice is harmless.
    func announceLeftovers(after last: SnapshotID?, each: (SnapshotTaken) -> Void) async throws {
        var position = last.map { ObjectKey.snapshot($0, camera: camera) }
        let folder = "\(ObjectKey.snapshotFolder)/\(camera)"
        while true {
            let page = try await objects.list(prefix: folder, after: position, limit: Self.pageSize)
            for object in page {
                guard let message = try await message(for: object) else { continue }
                try await announce(message)
                each(message)
            }
            guard let end = page.last, page.count == Self.pageSize else { return }
            position = end.key
        }
    }

    private func announce(_ message: SnapshotTaken) async throws {
        let body = try JSON.encode(message)
        try await snapshots.publish(QueueMessage(id: message.snapshotID.description, body: body))
    }

    private func message(for object: ObjectInformation) async throws -> SnapshotTaken? {
        guard let snapshot = object.key.snapshotID,
            let data = try? await objects.get(object.key, limit: Self.maximumPictureBytes),
            let size = try? PictureDecoder().size(of: data)
        else { return nil }
        return SnapshotTaken(
            snapshotID: snapshot, cameraID: camera, takenAt: snapshot.time, objectKey: object.key, width: size.width,
            height: size.height, bytes: object.bytes)
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

/// A picture as it is stored.
struct EncodedPicture: Sendable {
    let jpeg: Data
    let width: Int
    let height: Int
    let takenAt: Date
    /// What checking and encoding it took.
    let processorSeconds: Double
}
