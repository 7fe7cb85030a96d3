import Analyzer
import Domain
import Foundation
import Logging
import Messaging
import ObjectStorage
import Persistence
import PersistenceSQLite
import Synchronization
import TestSupport
import Testing

@Suite("Retention")
struct RetentionServiceTests {
    private let scratch: ScratchDirectory
    private let persistence: SQLitePersistence
    private let store: FileObjectStore
    /// Files carry the real time, so the clock of these tests stands still at it.
    private let now = Date()
    private let camera = Camera(name: "door", source: CameraSource(address: "rtsp://door.test"))
    private static let bytes = 1000

    init() async throws {
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(path: scratch.path("x.sqlite"), sealer: MirrorSealer())
        store = try await FileObjectStore.open(at: scratch.path("objects"))
        try await persistence.cameras.save(camera)
    }

    private func retention(age: Double = 1e9, quota: Int = 1 << 40, orphanAge: Double = 1e9) -> RetentionService {
        RetentionService(
            observations: persistence.observations, store: store,
            policy: RetentionPolicy(age: age, quota: quota, orphanAge: orphanAge), logger: .silent,
            now: { [now] in now })
    }

    /// A picture and its row, taken so many seconds ago.
    private func picture(ago seconds: Double, without: Int = 0) async throws -> Observation {
        let observation = Observation.sample(camera: camera.id, at: now - seconds, without: without)
        try await store.put(Data(count: Self.bytes), at: observation.objectKey)
        let analysis = ObservationAnalysis(timeZone: .gmt)
        _ = try await persistence.observations.record(observation) { analysis.plan(observation, $0) }
        return observation
    }

    private func isThere(_ observation: Observation) async throws -> Bool {
        let row = try await persistence.observations.observation(observation.snapshotID) != nil
        let object = try await store.head(observation.objectKey) != nil
        #expect(row == object, "row and picture go together")
        return row
    }

    @Test("asks the store for a backstop until it has one, and only then goes without")
    func backstop() async throws {
        let bucket = BucketWithRules(store)
        let retention = RetentionService(
            observations: persistence.observations, store: bucket,
            policy: RetentionPolicy(age: 3 * 86_400, quota: 1 << 40), logger: .silent, now: { [now] in now })
        for _ in 0..<3 { await retention.sweep() }
        #expect(bucket.asked == [93, 93])
    }

    @Test("takes what is older than the age, but not the evidence of an open incident")
    func age() async throws {
        try await persistence.rules.save(
            Rule(name: "masks", confirmation: .pictures(1, of: 1), release: .pictures(1, of: 1)))
        let old = try await picture(ago: 700)
        let evidence = try await picture(ago: 600, without: 1)
        let young = try await picture(ago: 100, without: 1)
        await retention(age: 500).sweep()
        #expect(try await isThere(old) == false)
        #expect(try await isThere(evidence))
        #expect(try await isThere(young))
    }

    @Test("takes the oldest when the quota is used up, down to nine tenths")
    func quota() async throws {
        var pictures: [Observation] = []
        for index in 0..<300 { pictures.append(try await picture(ago: 1000 - Double(index))) }
        await retention(quota: 250 * Self.bytes).sweep()
        #expect(try await store.usage().usedBytes <= 225 * Self.bytes)
        #expect(try await isThere(pictures[299]))
        #expect(try await isThere(pictures[0]) == false)
    }

    @Test("takes pictures that nothing knows of once they are old enough")
    func orphans() async throws {
        let known = try await picture(ago: 10)
        let orphan = ObjectKey.snapshot(SnapshotID(at: now), camera: camera.id)
        try await store.put(Data(count: 10), at: orphan)
        await retention(orphanAge: 3600).sweep()
        #expect(try await store.head(orphan) != nil, "it may be in flight")
        await retention(orphanAge: -3600).sweep()
        #expect(try await store.head(orphan) == nil)
        #expect(try await isThere(known))
    }
}

/// A store that is away the first time and then sets rules.
private final class BucketWithRules: ObjectStore {
    private let store: any ObjectStore
    private let days = Mutex<[Int]>([])

    init(_ store: any ObjectStore) { self.store = store }

    var asked: [Int] { days.withLock { $0 } }

    func setBackstop(days: Int) async throws -> StorageBackstop {
        let isFirst = self.days.withLock { all in
            all.append(days)
            return all.count == 1
        }
        if isFirst { throw ObjectStoreError(.unavailable, "away") }
        return .set
    }

    func put(_ data: Data, at key: ObjectKey) async throws { try await store.put(data, at: key) }
    func get(_ key: ObjectKey, limit: Int) async throws -> Data { try await store.get(key, limit: limit) }
    func head(_ key: ObjectKey) async throws -> ObjectInformation? { try await store.head(key) }
    func delete(_ keys: [ObjectKey]) async throws { try await store.delete(keys) }
    func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation] {
        try await store.list(prefix: prefix, after: after, limit: limit)
    }
    func usage() async throws -> StorageUsage { try await store.usage() }
}
