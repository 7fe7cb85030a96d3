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
import TestSupport
import Testing
import Vision

@Suite struct ProcessorServiceTests {
    private let bench: ProcessorBench

    init() async throws { bench = try await ProcessorBench() }

    @Test func `a stored picture becomes an observation and its job is acknowledged`() async throws {
        let snapshot = try await bench.take(.twoFaces)
        try await bench.runUntilIdle()
        let observation = try #require(bench.observations.bodies(Observation.self).first)
        #expect(observation.snapshotID == snapshot.snapshotID && observation.cameraID == snapshot.cameraID)
        #expect(observation.objectKey == snapshot.objectKey)
        #expect(observation.count(of: .without) == 1 && observation.count(of: .wornIncorrectly) == 1)
        #expect(observation.models == ["colour-detector/1", "colour-classifier/1"])
        #expect(bench.snapshots.isEmpty && bench.snapshots.dead.isEmpty)
        #expect(bench.metrics.prometheusText().contains(#"maskwatch_jobs_total{result="ok",stage="processor"} 1"#))
    }

    @Test func `a bad picture becomes a dead letter at once and its neighbours go on`() async throws {
        try await bench.take(.twoFaces)
        try await bench.take(.broken)
        try await bench.take(.noFace)
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 2)
        #expect(bench.snapshots.dead.map(\.reason.code) == ["picture_invalid"])
        #expect(bench.snapshots.dead.first?.attempts == 1)
    }

    @Test func `a missing picture is tried again a few times, then given up as gone`() async throws {
        let snapshot = try await bench.take(.noFace)
        try await bench.store.delete([snapshot.objectKey])
        try await bench.runUntilIdle()
        #expect(bench.snapshots.dead.map(\.reason.code) == ["object_gone"])
        #expect(bench.snapshots.retries.count == 3)
        #expect(bench.observations.bodies(Observation.self).isEmpty)
    }

    @Test func `a picture that comes late is found on a later try`() async throws {
        let snapshot = try await bench.take(.noFace)
        let data = try await bench.store.get(snapshot.objectKey, limit: 1 << 20)
        try await bench.store.delete([snapshot.objectKey])
        bench.snapshots.onRetry { [store = bench.store] _ in try await store.put(data, at: snapshot.objectKey) }
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 1 && bench.snapshots.dead.isEmpty)
    }

    @Test(arguments: ["", "no json", "[]", "{\"version\":1}", "{\"version\":99}"])
    func `a message that makes no sense is a dead letter`(body: String) async throws {
        try await bench.snapshots.publish(QueueMessage(id: "x", body: Data(body.utf8)))
        try await bench.runUntilIdle()
        #expect(bench.snapshots.dead.map(\.reason.code) == ["message_invalid"])
    }

    @Test func `a message of another version, or about another picture, is a dead letter`() async throws {
        var snapshot = bench.snapshot()
        snapshot.version = 2
        try await bench.publish(snapshot)
        var foreign = bench.snapshot()
        foreign.objectKey = .snapshot(SnapshotID(), camera: foreign.cameraID)
        try await bench.publish(foreign)
        try await bench.runUntilIdle()
        #expect(bench.snapshots.dead.map(\.reason.code) == ["message_invalid", "message_invalid"])
    }

    @Test func `a picture older than the limit is not looked at`() async throws {
        var old = bench.snapshot()
        old.takenAt = bench.now.addingTimeInterval(-601)
        try await bench.publish(old)
        try await bench.runUntilIdle()
        #expect(bench.snapshots.dead.map(\.reason.code) == ["expired"])
    }

    @Test(arguments: [InferenceError.Code.unavailable, .overloaded])
    func `while the model is away the job stays, uncounted`(code: InferenceError.Code) async throws {
        let flaky = FlakyBackend(failures: 3, code: code)
        let bench = try await ProcessorBench(wrapping: flaky)
        try await bench.take(.twoFaces)
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 1)
        #expect(bench.snapshots.dead.isEmpty && bench.snapshots.retries.isEmpty && bench.snapshots.released == 3)
        #expect(bench.metrics.prometheusText().contains("maskwatch_processor_pauses_total 3"))
    }

    @Test func `while the networks fail on everything no job uses an attempt`() async throws {
        let flaky = FlakyBackend(failures: 40, code: .internalError)
        let bench = try await ProcessorBench(wrapping: flaky)
        for _ in 0..<6 { try await bench.take(.twoFaces) }
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 6)
        #expect(bench.snapshots.dead.isEmpty && bench.snapshots.retries.isEmpty && bench.snapshots.released > 0)
    }

    @Test func `when networks that worked begin to fail no job uses an attempt`() async throws {
        let flaky = FlakyBackend(failures: 0, code: .internalError)
        let bench = try await ProcessorBench(wrapping: flaky)
        try await bench.take(.twoFaces)
        try await bench.runUntilIdle()
        flaky.fail(times: 40)
        for _ in 0..<6 { try await bench.take(.twoFaces) }
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 7)
        #expect(bench.snapshots.dead.isEmpty && bench.snapshots.retries.isEmpty)
    }

    @Test func `a picture on which the networks fail uses up its own attempts only`() async throws {
        let poison = try ProcessorBench.data(.noFace)
        let bench = try ProcessorBench(
            analyzer: PoisonedAnalyzer(
                poison: poison, analyzer: ProcessorBench.analyzer(try await ProcessorBench.openVINO())))
        try await bench.take(.twoFaces)
        let bad = try await bench.take(poison)
        for _ in 0..<4 { try await bench.take(.twoFaces) }
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 5)
        #expect(bench.snapshots.dead.map(\.id) == [bad.snapshotID.description])
        #expect(bench.snapshots.dead.map(\.reason.code) == ["inference_failed"])
        #expect(bench.snapshots.retries.count == 4)
    }

    @Test func `after a start a job on which the networks fail keeps no other waiting`() async throws {
        let poison = try ProcessorBench.data(.noFace)
        let bench = try ProcessorBench(
            analyzer: PoisonedAnalyzer(
                poison: poison, analyzer: ProcessorBench.analyzer(try await ProcessorBench.openVINO())))
        let bad = try await bench.take(poison)
        for _ in 0..<2 { try await bench.take(.twoFaces) }
        bench.snapshots.countAsRedelivered()
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 2)
        #expect(bench.snapshots.dead.map(\.id) == [bad.snapshotID.description])
    }

    @Test func `what is worked on together depends on what failed before, and whether the models are known to work`() {
        func job(_ id: Int, _ attempt: Int) -> Delivery {
            Delivery(id: "\(id)", body: Data(), attempt: attempt, publishedAt: Date(), receipt: "\(id)")
        }
        func round(_ attempts: [Int], _ knows: Bool, _ turn: Int = 0) -> [String] {
            let jobs = attempts.enumerated().map { job($0.offset, $0.element) }
            return ProcessorService.round(of: jobs, knowsModels: knows, turn: turn).map(\.id)
        }
        #expect(round([], true) == [] && round([], false, 3) == [])
        #expect(round([1, 1, 2, 1], true) == ["0", "1", "3"])
        #expect(round([2, 1, 2], true) == ["0"])
        #expect(round([2, 1, 2], false) == ["1"])
        #expect(round([2, 3, 2], true, 1) == ["0"])
        #expect((0..<4).map { round([2, 3, 2], false, $0) } == [["0"], ["1"], ["2"], ["0"]])
    }

    @Test func `while the next queue is full the job stays`() async throws {
        bench.observations.refuse(times: 2)
        try await bench.take(.noFace)
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 1)
        #expect(bench.snapshots.released == 2 && bench.snapshots.dead.isEmpty)
    }

    @Test func `a job that failed before is worked on alone`() async throws {
        for _ in 0..<3 { try await bench.take(.noFace) }
        bench.snapshots.countAsRedelivered()
        try await bench.runUntilIdle()
        #expect(bench.observations.bodies(Observation.self).count == 3)
        #expect(bench.metrics.prometheusText().contains(#"maskwatch_processor_batch_size_bucket{le="1"} 3"#))
        #expect(bench.snapshots.released > 0, "those that came with it went back before it was begun")
    }

    @Test func `when asked to stop it finishes what it holds and returns`() async throws {
        for _ in 0..<20 { try await bench.take(.twoFaces) }
        let service = bench.service
        let task = Task { try await service.run() }
        while bench.observations.bodies(Observation.self).isEmpty { await Task.yield() }
        task.cancel()
        try await task.value
        let done = bench.observations.bodies(Observation.self).count
        #expect(bench.snapshots.waiting + done == 20 && bench.snapshots.inFlight == 0)
    }
}

/// Fails whenever one certain picture is among those it is given.
private struct PoisonedAnalyzer: PictureAnalyzer {
    let poison: Data
    let analyzer: FaceAnalyzer

    var models: [String] { analyzer.models }

    func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        guard !pictures.contains(poison) else { throw InferenceError(.internalError, "scripted failure") }
        return try await analyzer.analyze(pictures)
    }
}
