import Domain
import HTTPClient
import HTTPServer
import HTTPTypes
import Inference
import InferenceHTTP
import Logging
import Messaging
import Metrics
import ModelServer
import ServiceLifecycle
import TestSupport
import Testing
import Vision

@Suite("A processor and its model servers", .serialized)
struct RemoteModelTests {
    private func backend(_ addresses: [String]) throws -> OpenInferenceProtocolBackend {
        var settings = OpenInferenceProtocolBackend.Settings()
        settings.timeout = .seconds(300)
        settings.connectTimeout = .seconds(60)
        settings.probeTimeout = .seconds(60)
        settings.pauses = RetryPolicy(initial: .milliseconds(1), maximum: .milliseconds(4))
        return OpenInferenceProtocolBackend(
            servers: try addresses.map { try ModelServerAddress($0) }, session: HTTPSession(), settings: settings,
            logger: .silent)
    }

    private func bench(_ addresses: [String], batch: Int = 8) throws -> ProcessorBench {
        try ProcessorBench(analyzer: ProcessorBench.analyzer(try backend(addresses), batch: batch), batch: batch)
    }

    private func faces(_ bench: ProcessorBench) -> [[Face]] { bench.observations.bodies(Observation.self).map(\.faces) }

    private func pauses(_ bench: ProcessorBench) -> Int {
        let line = bench.metrics.prometheusText().split(separator: "\n")
            .first { $0.hasPrefix("maskwatch_processor_pauses_total") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    @Test("observes what it observes by itself, several pictures a call")
    func same() async throws {
        let openVINO = try await ProcessorBench.openVINO()
        let peer = ModelPeer(openVINO)
        let local = try ProcessorBench(analyzer: ProcessorBench.analyzer(openVINO), batch: 8)
        try await peer.whileServing { address in
            let remote = try bench([address])
            for bench in [local, remote] {
                for _ in 0..<4 {
                    try await bench.take(.twoFaces)
                    try await bench.take(.noFace)
                }
                try await bench.runUntilIdle()
            }
            #expect(faces(remote) == faces(local) && faces(remote).count == 8)
        }
        // One call for the eight pictures, one for their eight faces.
        #expect(peer.batches == [8, 8])
    }

    /// The batches of the two may differ, so that a score may in its last digits.
    @Test("observes by our own model server what it observes by itself", arguments: [true, false])
    func own(wholeModel: Bool) async throws {
        let local = try ProcessorBench(analyzer: ProcessorBench.analyzer(try await ProcessorBench.openVINO()))
        let server = try OwnModelServer.service()
        try await whileRunning(server) {
            let address = "http://127.0.0.1:\(try await server.boundPort())"
            let backend = try backend([address])
            #expect(await eventually { (try? await backend.checkReady()) != nil })
            let remote =
                try wholeModel
                ? ProcessorBench(analyzer: RemoteFaceAnalyzer(backend: backend, version: "1"), batch: 8)
                : bench([address])
            for bench in [local, remote] {
                for picture in [ProcessorBench.Picture.twoFaces, .noFace, .broken, .twoFaces] {
                    try await bench.take(picture)
                }
                try await bench.runUntilIdle()
            }
            #expect(remote.snapshots.dead.map(\.reason) == local.snapshots.dead.map(\.reason))
            #expect(remote.snapshots.dead.map(\.reason.code) == ["picture_invalid"])
            expectSame(remote, local)
        }
    }

    private func expectSame(_ remote: ProcessorBench, _ local: ProcessorBench) {
        func observations(_ bench: ProcessorBench) -> [Observation] {
            bench.observations.bodies(Observation.self).sorted { $0.faces.count > $1.faces.count }
        }
        let (found, expected) = (observations(remote), observations(local))
        #expect(found.map(\.models) == expected.map(\.models))
        #expect(found.map { $0.faces.map(\.mask) } == expected.map { $0.faces.map(\.mask) })
        #expect(found.map(\.faces.count) == [2, 2, 0])
        for (face, other) in zip(found.flatMap(\.faces), expected.flatMap(\.faces)) {
            #expect(face.box.intersectionOverUnion(other.box) > 0.999)
            #expect(abs(face.score - other.score) < 1e-4 && abs(face.maskScore - other.maskScore) < 1e-4)
        }
    }

    @Test("keeps its jobs while every server is down, counts nothing against them, and goes on when one is back")
    func down() async throws {
        let peer = ModelPeer(try await ProcessorBench.openVINO())
        let gone = peer.listener()
        let port = try await whileRunning(gone) { try await gone.boundPort() }
        let bench = try bench(["http://127.0.0.1:\(port)", "http://127.0.0.1:1"])
        for _ in 0..<20 { try await bench.take(.twoFaces) }
        try await whileRunning(bench.service) {
            #expect(await eventually { pauses(bench) >= 5 })
            #expect(bench.snapshots.waiting + bench.snapshots.inFlight == 20 && faces(bench).isEmpty)
            let back = peer.listener(port: port)
            try await whileRunning(back) {
                #expect(await eventually { bench.snapshots.isEmpty })
            }
        }
        #expect(faces(bench).count == 20)
        #expect(bench.snapshots.dead.isEmpty && bench.snapshots.retries.isEmpty)
        #expect(bench.observations.bodies(Observation.self).allSatisfy { $0.count(of: .without) == 1 })
    }

    @Test("asks a server that is not ready no more often than it pauses")
    func noHotLoop() async throws {
        let peer = ModelPeer(try await ProcessorBench.openVINO())
        peer.be(ready: false)
        try await peer.whileServing { address in
            let bench = try bench([address])
            try await bench.take(.noFace)
            try await whileRunning(bench.service) {
                #expect(await eventually { pauses(bench) >= 5 })
                let probes = peer.probes
                #expect(peer.inferences == 0 && probes <= pauses(bench) + 1)
                peer.be(ready: true)
                #expect(await eventually { bench.snapshots.isEmpty })
            }
            #expect(faces(bench).count == 1 && bench.snapshots.dead.isEmpty)
        }
    }

    @Test("waits while a server is full")
    func full() async throws {
        let peer = ModelPeer(try await ProcessorBench.openVINO())
        peer.behave(.infer(.text("Exceeds maximum queue size", status: .serviceUnavailable)))
        try await peer.whileServing { address in
            let bench = try bench([address])
            try await bench.take(.twoFaces)
            try await whileRunning(bench.service) {
                #expect(await eventually { peer.inferences >= 3 })
                peer.behave(.serve)
                #expect(await eventually { bench.snapshots.isEmpty })
            }
            #expect(faces(bench).first?.count == 2)
            #expect(bench.snapshots.dead.isEmpty && bench.snapshots.retries.isEmpty)
        }
    }

    @Test("never takes an answer that makes no sense for a picture without faces, nor holds it against the picture")
    func nonsense() async throws {
        let peer = ModelPeer(try await ProcessorBench.openVINO())
        peer.behave(.infer(try .tensors([], of: "colour-detector")))
        try await peer.whileServing { address in
            let bench = try bench([address])
            try await bench.take(.twoFaces)
            try await whileRunning(bench.service) {
                #expect(await eventually { pauses(bench) >= 3 })
                #expect(faces(bench).isEmpty && bench.snapshots.dead.isEmpty && bench.snapshots.retries.isEmpty)
                peer.behave(.serve)
                #expect(await eventually { bench.snapshots.isEmpty })
            }
            #expect(faces(bench).first?.count == 2)
        }
    }
}
