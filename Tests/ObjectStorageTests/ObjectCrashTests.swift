import Domain
import Foundation
import ObjectStorage
import TestSupport
import Testing

@Suite("An object store whose process is killed")
struct ObjectCrashTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("has every object that was stored, whole, and no half one, however often")
    func kill() async throws {
        for _ in 0..<5 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = scratch.url.path as String] in
                dieSuddenly(after: .milliseconds(Int.random(in: 50...300)))
                try await StoreChild(folder: folder).workUntilKilled()
            }
        }
        let store = try await StoreChild(folder: scratch.url.path).open()
        let objects = try await store.list(prefix: "", after: nil, limit: 1_000_000)
        let told = Witness.lines(at: scratch.path("stored"))
        #expect(!told.isEmpty)
        #expect(told.isSubset(of: objects.map(\.key.description)))
        for object in objects {
            #expect(try await store.get(object.key, limit: 1 << 20) == StoreChild.content(of: object.key))
        }
        #expect(try await store.usage().usedBytes == objects.reduce(0) { $0 + $1.bytes })
    }
}

/// What runs in the process that is killed: objects whose content follows from their key, each witnessed.
private struct StoreChild {
    let folder: String

    func open() async throws -> FileObjectStore { try await FileObjectStore.open(at: folder + "/objects") }

    static func content(of key: ObjectKey) -> Data {
        let line = Data(key.description.utf8)
        return Data((0..<700).flatMap { _ in line })
    }

    func workUntilKilled() async throws {
        let store = try await open()
        let stored = try Witness(path: folder + "/stored")
        await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    let camera = CameraID()
                    while true {
                        let key = ObjectKey.snapshot(SnapshotID(), camera: camera)
                        try await store.put(Self.content(of: key), at: key)
                        stored.write(key.description)
                    }
                }
            }
        }
    }
}
