import Domain
import Foundation
import Imaging
import Inference
import InferenceOpenVINO
import Logging
import Messaging
import Metrics
import ObjectStorage
import Processor
import ServiceLifecycle
import Synchronization
import TestSupport
import Vision

/// A processor with its queues, a store and the fixture networks.
final class ProcessorBench: Sendable {
    enum Picture {
        case twoFaces, noFace, broken
    }

    let now = Date()
    let snapshots = ScriptedQueue(name: "snapshots")
    let observations = ScriptedQueue(name: "observations")
    let store: any ObjectStore
    let metrics = MetricsRegistry()
    let service: ProcessorService
    private let scratch: ScratchDirectory

    convenience init(wrapping flaky: FlakyBackend? = nil) async throws {
        let openVINO = try await Self.openVINO()
        try self.init(analyzer: Self.analyzer(flaky?.before(openVINO) ?? openVINO))
    }

    init(analyzer: any PictureAnalyzer, batch: Int = 4) throws {
        scratch = try ScratchDirectory()
        store = MemoryObjectStore()
        var settings = ProcessorService.Settings()
        settings.batch = batch
        settings.pauses = RetryPolicy(initial: .milliseconds(1), maximum: .milliseconds(2))
        service = ProcessorService(
            snapshots: snapshots, observations: observations, store: store, analyzer: analyzer, settings: settings,
            metrics: metrics, logger: .silent, now: { [now] in now })
    }

    static func analyzer(_ backend: any InferenceBackend, batch: Int = 1) throws -> FaceAnalyzer {
        let packages = try packages()
        return FaceAnalyzer(
            detector: try FaceDetector(packages[0], backend: backend),
            classifier: try MaskClassifier(packages[1], backend: backend), batch: batch)
    }

    /// The fixture networks in this process.
    static func openVINO() async throws -> any InferenceBackend {
        let backend = try OpenVINOBackend(logger: .silent)
        for package in try packages() {
            try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        }
        return backend
    }

    private static func packages() throws -> [ModelPackage] {
        let repository = ModelRepository(directory: Fixtures.models)
        return try ["colour-detector", "colour-classifier"].map { try repository.package(named: $0) }
    }

    func snapshot() -> SnapshotTaken {
        let id = SnapshotID(at: now)
        let camera = CameraID()
        return SnapshotTaken(
            snapshotID: id, cameraID: camera, takenAt: now, objectKey: .snapshot(id, camera: camera), width: 256,
            height: 144, bytes: 1)
    }

    /// Stores a picture and announces it.
    @discardableResult
    func take(_ picture: Picture) async throws -> SnapshotTaken { try await take(try Self.data(picture)) }

    @discardableResult
    func take(_ data: Data) async throws -> SnapshotTaken {
        let snapshot = snapshot()
        try await store.put(data, at: snapshot.objectKey)
        try await publish(snapshot)
        return snapshot
    }

    func publish(_ snapshot: SnapshotTaken) async throws {
        try await snapshots.publish(
            QueueMessage(id: snapshot.snapshotID.description, body: try JSON.encode(snapshot)))
    }

    /// Runs the service until no job waits or is in flight.
    func runUntilIdle() async throws {
        let task = Task { try await service.run() }
        while !snapshots.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        task.cancel()
        try await task.value
    }

    static func data(_ picture: Picture) throws -> Data {
        if picture == .broken { return Data("<html>not found</html>".utf8) }
        let black = PixelBuffer(width: 256, height: 144, filledWith: .black)
        guard picture == .twoFaces else { return try PictureEncoder.png(black) }
        let painted = unsafe PixelBuffer(width: 256, height: 144) { pixels in
            unsafe pixels.update(repeating: 0)
            for y in 16..<32 { for x in 32..<48 { unsafe pixels[(y * 256 + x) * 3] = 255 } }
            for y in 64..<96 { for x in 128..<160 { unsafe pixels[(y * 256 + x) * 3 + 1] = 255 } }
        }
        return try PictureEncoder.png(painted)
    }
}

/// Fails its first calls, then passes them on.
final class FlakyBackend: InferenceBackend {
    private let left: Mutex<Int>
    private let code: InferenceError.Code
    private let next = Mutex<(any InferenceBackend)?>(nil)

    init(failures: Int, code: InferenceError.Code) {
        left = Mutex(failures)
        self.code = code
    }

    func fail(times: Int) { left.withLock { $0 = times } }

    func before(_ backend: any InferenceBackend) -> FlakyBackend {
        next.withLock { $0 = backend }
        return self
    }

    func metadata(of model: String) async throws -> ModelMetadata { throw InferenceError(.notFound, model) }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        let fails = left.withLock { left in
            left -= 1
            return left >= 0
        }
        guard !fails, let next = next.withLock({ $0 }) else { throw InferenceError(code, "scripted failure") }
        return try await next.infer(request)
    }
}

private final class MemoryObjectStore: ObjectStore {
    private let objects = Mutex<[ObjectKey: Data]>([:])

    func put(_ data: Data, at key: ObjectKey) async throws { objects.withLock { $0[key] = data } }

    func get(_ key: ObjectKey, limit: Int) async throws -> Data {
        guard let data = objects.withLock({ $0[key] }) else { throw ObjectStoreError(.notFound, "no \(key)") }
        return data
    }

    func head(_ key: ObjectKey) async throws -> ObjectInformation? { nil }

    func delete(_ keys: [ObjectKey]) async throws { objects.withLock { for key in keys { $0[key] = nil } } }

    func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation] { [] }

    func usage() async throws -> StorageUsage { StorageUsage(usedBytes: 0, freeBytes: 0) }
}
