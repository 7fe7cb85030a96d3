import Domain
import Foundation
import Messaging
import MessagingRabbitMQ
import ObjectStorage
import Persistence
import PersistencePostgreSQL

/// Puts pictures of a hundred cameras into the store and the queue as grabbers do, as fast as it goes, and waits until all of
/// them are recorded.
struct PictureFeed {
    let queues: SharedQueues
    let store: any ObjectStore
    let persistence: PostgreSQLPersistence
    /// Taken in turn.
    let pictures: [Data]
    private let cameras: [CameraID]
    /// Pictures on their way to the store at the same time.
    private static let grabbers = 32
    private static let cameraCount = 100

    /// Adds the cameras, and a rule that watches all of them.
    init(
        queues: SharedQueues, store: any ObjectStore, persistence: PostgreSQLPersistence, pictures: [Data]
    ) async throws {
        (self.queues, self.store, self.persistence, self.pictures) = (queues, store, persistence, pictures)
        cameras = try await persistence.addCameras(Self.cameraCount)
    }

    /// Pictures a second, from the first that is stored to the last that is recorded.
    func pass(_ count: Int) async throws -> Double {
        let before = try await persistence.observations.count()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for grabber in 0..<Self.grabbers {
                group.addTask {
                    for number in stride(from: grabber, to: count, by: Self.grabbers) { try await take(number) }
                }
            }
            try await group.waitForAll()
        }
        while try await persistence.observations.count() < before + count {
            try await Task.sleep(for: .milliseconds(10))
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private func take(_ number: Int) async throws {
        let (picture, camera) = (pictures[number % pictures.count], cameras[number % cameras.count])
        let time = Date()
        let id = SnapshotID(at: time)
        let key = ObjectKey.snapshot(id, camera: camera)
        try await store.put(picture, at: key)
        let message = SnapshotTaken(
            snapshotID: id, cameraID: camera, takenAt: time, objectKey: key, width: 1920, height: 1080,
            bytes: picture.count, shot: 0, shots: 1, burstID: nil)
        try await queues.snapshots.publish(QueueMessage(id: id.description, body: try JSON.encode(message)))
    }
}

/// The two queues as one process sees them.
struct SharedQueues {
    let snapshots: RabbitMQWorkQueue
    let observations: RabbitMQWorkQueue

    /// - Parameter suffix: of the names; empty for the queues that the roles work on.
    init(_ broker: RabbitMQ, suffix: String = "") {
        snapshots = broker.queue("snapshots" + suffix)
        observations = broker.queue("observations" + suffix)
    }
}
