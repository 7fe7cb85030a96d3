import Domain
import Foundation
import ObjectStorage
import TestSupport
import Testing

@Suite(
    "The object store on a bad disk",
    .enabled(if: FullDisk.isPossible, "mounting a small disk needs root"))
struct BadDiskTests {
    private let scratch: ScratchDirectory
    private let disk: FullDisk
    private let store: FileObjectStore

    init() async throws {
        scratch = try ScratchDirectory()
        disk = try FullDisk(at: scratch.path("disk"), bytes: 1 << 20)
        store = try await FileObjectStore.open(at: disk.path + "/objects")
    }

    private func key(_ second: Int = 0) -> ObjectKey {
        .snapshot(SnapshotID(at: Date(timeIntervalSince1970: 1_790_000_000 + Double(second))), camera: CameraID())
    }

    private func code(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? ObjectStoreError)?.code }
    }

    @Test("says that the disk is full, keeps what it has whole, and goes on once there is room")
    func full() async throws {
        let picture = Data(repeating: 7, count: 100_000)
        var stored: [ObjectKey] = []
        for second in 0..<20 {
            let key = key(second)
            let failure = await code { try await store.put(picture, at: key) }
            if failure == nil { stored.append(key) } else { #expect(failure == .full) }
        }
        #expect((1..<20).contains(stored.count))
        for key in stored { #expect(try await store.get(key, limit: 100_000) == picture) }
        #expect(try await store.usage().usedBytes == stored.count * picture.count)
        #expect(try await store.list(prefix: "", after: nil, limit: 100).count == stored.count)
        try await store.delete(Array(stored.prefix(2)))
        try await store.put(picture, at: key(100))
    }

    @Test("gives what it has while nothing can be written")
    func readOnly() async throws {
        let key = key()
        try await store.put(Data([1]), at: key)
        try disk.makeReadOnly()
        #expect(await code { try await store.put(Data([2]), at: self.key(1)) } == .denied)
        #expect(await code { try await store.delete([key]) } == .denied)
        #expect(try await store.get(key, limit: 10) == Data([1]))
    }

    @Test("takes nothing for missing, and writes nothing elsewhere, when the disk has gone")
    func vanished() async throws {
        let key = key()
        try await store.put(Data([1]), at: key)
        try disk.vanish()
        #expect(await code { try await store.put(Data([2]), at: self.key(1)) } == .unavailable)
        #expect(await code { _ = try await store.get(key, limit: 10) } == .unavailable)
        #expect(await code { _ = try await store.head(key) } == .unavailable)
        #expect(await code { _ = try await store.list(prefix: "", after: nil, limit: 10) } == .unavailable)
        #expect(await code { _ = try await store.usage() } == .unavailable)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
    }
}
