import Domain
import Foundation
package import ObjectStorage
import Testing

/// What every object store does. An adapter's tests call `check` with a fresh, empty store.
package struct ObjectStoreContract {
    private let store: any ObjectStore
    private let camera = CameraID()

    package init(store: any ObjectStore) { self.store = store }

    package func check() async throws {
        try await keepsWhatWasPut()
        try await neverOverwrites()
        try await saysWhatIsMissing()
        try await refusesMoreThanTheLimit()
        try await listsInOrderAndInPages()
        try await deletesOnlyWhatIsNamed()
    }

    private func key(_ second: Int) -> ObjectKey {
        .snapshot(SnapshotID(at: Date(timeIntervalSince1970: 1_790_000_000 + Double(second) * 600)), camera: camera)
    }

    private func code(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? ObjectStoreError)?.code }
    }

    private func keepsWhatWasPut() async throws {
        let key = key(0)
        let data = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
        try await store.put(data, at: key)
        #expect(try await store.get(key, limit: data.count) == data)
        #expect(try await store.head(key)?.bytes == data.count)
        try await store.delete([key])
    }

    private func neverOverwrites() async throws {
        let key = key(1)
        try await store.put(Data([1]), at: key)
        #expect(await code { try await store.put(Data([2]), at: key) } == .alreadyExists)
        #expect(try await store.get(key, limit: 10) == Data([1]))
        try await store.delete([key])
    }

    private func saysWhatIsMissing() async throws {
        #expect(await code { _ = try await store.get(key(2), limit: 10) } == .notFound)
        #expect(try await store.head(key(2)) == nil)
        try await store.delete([key(2)])
    }

    private func refusesMoreThanTheLimit() async throws {
        let key = key(3)
        try await store.put(Data(count: 11), at: key)
        #expect(await code { _ = try await store.get(key, limit: 10) } == .tooLarge)
        try await store.delete([key])
    }

    private func listsInOrderAndInPages() async throws {
        let keys = (10..<30).map { key($0) }
        for key in keys.shuffled() { try await store.put(Data([0]), at: key) }
        let other = ObjectKey.snapshot(SnapshotID(), camera: CameraID())
        try await store.put(Data([0]), at: other)
        var listed: [ObjectKey] = []
        while true {
            let prefix = "\(ObjectKey.snapshotFolder)/\(camera)"
            let page = try await store.list(prefix: prefix, after: listed.last, limit: 7)
            listed += page.map(\.key)
            if page.count < 7 { break }
        }
        #expect(listed == keys)
        #expect(try await store.list(prefix: "", after: nil, limit: 100).count == 21)
        #expect(try await store.list(prefix: "..", after: nil, limit: 100).isEmpty)
        try await store.delete(keys + [other])
    }

    private func deletesOnlyWhatIsNamed() async throws {
        let (gone, kept) = (key(40), key(41))
        try await store.put(Data([1]), at: gone)
        try await store.put(Data([2]), at: kept)
        try await store.delete([gone])
        #expect(try await store.head(gone) == nil)
        #expect(try await store.get(kept, limit: 1) == Data([2]))
        try await store.delete([kept])
        #expect(try await store.list(prefix: "", after: nil, limit: 10).isEmpty)
    }
}
