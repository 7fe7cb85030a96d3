import Domain
import Foundation
import Imaging
import Messaging
import ObjectStorage
import Persistence
import Vision

/// A queue as one process sees it.
struct MortalQueue: WorkQueue {
    let base: any WorkQueue
    let life: Life
    var received: CrashPoint?
    var published: CrashPoint?
    var acknowledged: CrashPoint?

    var name: String { base.name }

    func publish(_ message: QueueMessage) async throws {
        try await life.act { try await base.publish(message) }
        try life.reach(published)
    }

    func receive(atMost maximum: Int, wait: Duration) async throws -> [Delivery] {
        let deliveries = try await life.act { try await base.receive(atMost: maximum, wait: wait) }
        if !deliveries.isEmpty { try life.reach(received, times: deliveries.count) }
        return deliveries
    }

    func acknowledge(_ delivery: Delivery) async throws {
        try await life.act { try await base.acknowledge(delivery) }
        try life.reach(acknowledged)
    }

    func retry(_ delivery: Delivery, after delay: Duration, reason: DeadLetter.Reason) async throws {
        try await life.act { try await base.retry(delivery, after: delay, reason: reason) }
    }

    func deadLetter(_ delivery: Delivery, reason: DeadLetter.Reason) async throws {
        try await life.act { try await base.deadLetter(delivery, reason: reason) }
    }

    func release(_ delivery: Delivery) async throws { try await life.act { try await base.release(delivery) } }
    func depth() async throws -> QueueDepth { try await base.depth() }
    func totals() async throws -> QueueTotals? { try await base.totals() }
    func deadLetters(limit: Int) async throws -> [DeadLetter] { try await base.deadLetters(limit: limit) }
    func revive(_ messageID: String) async throws -> Bool { try await base.revive(messageID) }
}

/// An object store as one process sees it.
struct MortalStore: ObjectStore {
    let base: any ObjectStore
    let life: Life

    func put(_ data: Data, at key: ObjectKey) async throws {
        try await life.act { try await base.put(data, at: key) }
        try life.reach(.stored)
    }

    func get(_ key: ObjectKey, limit: Int) async throws -> Data {
        let data = try await life.act { try await base.get(key, limit: limit) }
        try life.reach(.pictureFetched)
        return data
    }

    func delete(_ keys: [ObjectKey]) async throws { try await life.act { try await base.delete(keys) } }
    func head(_ key: ObjectKey) async throws -> ObjectInformation? { try await base.head(key) }
    func usage() async throws -> StorageUsage { try await base.usage() }

    func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation] {
        try await base.list(prefix: prefix, after: after, limit: limit)
    }
}

/// Sees as many faces as the last two bytes of a picture say: without a mask, and with one.
struct MortalAnalyzer: PictureAnalyzer {
    let life: Life

    let models = ["fixed/1"]

    func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        try life.reach(.pictureAnalysed, times: pictures.count)
        return pictures.map { picture in
            let counts = picture.suffix(2).map(Int.init)
            let faces = Self.faces(.without, counts[0]) + Self.faces(.wornCorrectly, counts[1])
            return .success(PictureAnalysis(width: 320, height: 180, faces: faces, timings: .init()))
        }
    }

    private static func faces(_ state: MaskState, _ count: Int) -> [Face] {
        (0..<count).map { number in
            Face(
                box: Box(x: Float(number) * 20, y: 10, width: 16, height: 16), score: 0.9, mask: state, maskScore: 0.9,
                maskScores: [state: 0.9])
        }
    }
}

/// What the analyzer writes to the database, as one process sees it.
struct MortalObservations: ObservationRepository {
    let base: any ObservationRepository
    let life: Life

    func record(
        _ observation: Observation, plan: @escaping @Sendable (RecordContext) -> AnalysisPlan
    ) async throws -> RecordResult {
        let result = try await life.act { try await base.record(observation, plan: plan) }
        try life.reach(.observationRecorded)
        return result
    }

    func review(
        at time: Date, plan: @escaping @Sendable (ReviewContext) -> AnalysisPlan
    ) async throws -> [IncidentID] {
        try await life.act { try await base.review(at: time, plan: plan) }
    }

    func observation(_ id: SnapshotID) async throws -> Observation? { try await base.observation(id) }
    func latest() async throws -> [Observation] { try await base.latest() }
    func count() async throws -> Int { try await base.count() }
    func recorded(among ids: [SnapshotID]) async throws -> Set<SnapshotID> { try await base.recorded(among: ids) }
    func expireHistory(_ limits: HistoryLimits) async throws { try await base.expireHistory(limits) }

    func observations(camera: CameraID?, before: Date?, limit: Int) async throws -> [Observation] {
        try await base.observations(camera: camera, before: before, limit: limit)
    }

    func replay(cameras: Set<CameraID>, in range: Range<Date>, limit: Int) async throws -> [Observation] {
        try await base.replay(cameras: cameras, in: range, limit: limit)
    }

    func expire(before time: Date, limit: Int) async throws -> [ObjectKey] {
        try await base.expire(before: time, limit: limit)
    }
}
