import Domain
import Foundation
import ObjectStorage
import TestSupport
import Testing

@Suite("The object store on disk")
struct FileObjectStoreTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func store(quota: Int = .max, minimumFree: Int = 0) async throws -> FileObjectStore {
        let limits = FileObjectStoreLimits(quotaBytes: quota, minimumFreeBytes: minimumFree)
        return try await FileObjectStore.open(at: scratch.path("objects"), limits: limits)
    }

    private func key() -> ObjectKey { .snapshot(SnapshotID(), camera: CameraID()) }

    @Test("keeps the contract of object stores")
    func contract() async throws {
        try await ObjectStoreContract(store: store()).check()
    }

    @Test("remembers its usage when it is opened again, and forgets what was half written")
    func reopened() async throws {
        try await store().put(Data(count: 1000), at: key())
        let half = scratch.path("objects/.writing/half")
        #expect(FileManager.default.createFile(atPath: half, contents: Data(count: 77)))
        let reopened = try await store()
        #expect(try await reopened.usage().usedBytes == 1000)
        #expect(!FileManager.default.fileExists(atPath: half))
        #expect(try await reopened.list(prefix: "", after: nil, limit: 10).count == 1)
    }

    @Test("counts what another process stored, and leaves alone what that one is writing")
    func shared() async throws {
        let path = scratch.path("shared")
        let here = try await FileObjectStore.open(at: path, recountAge: .zero)
        let half = "\(path)/.writing/half"
        #expect(FileManager.default.createFile(atPath: half, contents: Data(count: 77)))
        let there = try await FileObjectStore.open(at: path, recountAge: .zero)
        #expect(FileManager.default.fileExists(atPath: half))
        let first = key()
        try await there.put(Data(count: 500), at: first)
        #expect(try await here.usage().usedBytes == 500)
        try await here.delete([first])
        #expect(try await there.usage().usedBytes == 0)
    }

    @Test("refuses what passes the quota, and takes it again once there is room")
    func quota() async throws {
        let store = try await store(quota: 1000)
        let first = key()
        try await store.put(Data(count: 900), at: first)
        let full = await #expect(throws: ObjectStoreError.self) { try await store.put(Data(count: 200), at: key()) }
        #expect(full?.code == .full)
        #expect(full?.isRetriable == true)
        try await store.delete([first])
        try await store.put(Data(count: 200), at: key())
        #expect(try await store.usage() == StorageUsage(usedBytes: 200, freeBytes: 800))
    }

    @Test("keeps the disk from filling up")
    func minimumFree() async throws {
        let store = try await store(minimumFree: .max / 2)
        let full = await #expect(throws: ObjectStoreError.self) { try await store.put(Data(count: 1), at: key()) }
        #expect(full?.code == .full)
    }

    @Test("never follows a symbolic link out of its folder")
    func links() async throws {
        let store = try await store()
        let outside = scratch.path("secret.jpg")
        #expect(FileManager.default.createFile(atPath: outside, contents: Data([1])))
        let key = key()
        let target = scratch.path("objects/\(key)")
        let parent = URL(fileURLWithPath: target).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: target, withDestinationPath: outside)
        await #expect(throws: ObjectStoreError.self) { try await store.get(key, limit: 10) }
        #expect(try await store.head(key) == nil)
        #expect(try await store.list(prefix: "", after: nil, limit: 10).isEmpty)
    }

    @Test("stores side by side without passing the quota")
    func concurrent() async throws {
        let store = try await store(quota: 50 * 100)
        let stored = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<80 {
                group.addTask {
                    (try? await store.put(Data(count: 100), at: .snapshot(SnapshotID(), camera: CameraID()))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(stored == 50)
        #expect(try await store.list(prefix: "", after: nil, limit: 100).count == 50)
    }

    @Test("leaves no empty folders behind")
    func emptyFolders() async throws {
        let store = try await store()
        let key = key()
        try await store.put(Data([1]), at: key)
        try await store.delete([key])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("objects/snapshots")).isEmpty)
    }
}
