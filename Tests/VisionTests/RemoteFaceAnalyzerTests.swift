import Domain
import Foundation
import HTTPClient
import Imaging
import Inference
import InferenceHTTP
import InferenceOpenVINO
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Vision

@Suite("Looking at pictures by a model server")
struct RemoteFaceAnalyzerTests {
    private func client(_ address: String) throws -> OpenInferenceProtocolBackend {
        var settings = OpenInferenceProtocolBackend.Settings()
        settings.timeout = .seconds(300)
        settings.connectTimeout = .seconds(60)
        settings.probeTimeout = .seconds(60)
        return OpenInferenceProtocolBackend(
            servers: [try ModelServerAddress(address)], session: HTTPSession(), settings: settings, logger: .silent)
    }

    /// The pictures of every kind there is.
    private func pictures() throws -> [Data] {
        try [
            Pictures.twoFaces(), Data("<html>".utf8), Pictures.noFace(), Data(),
            PictureEncoder.png(Pictures.picture([(0, 0, 32, Pictures.green)], width: 144, height: 256)),
            Pictures.twoFaces(),
        ]
    }

    /// What was seen, without the times.
    private func seen(_ results: [Result<PictureAnalysis, PictureError>]) -> [Result<[Face], PictureError>] {
        results.map { $0.map(\.faces) }
    }

    @Test("sees by the networks of a server what it sees by its own", arguments: [1, 4, 16])
    func networks(batch: Int) async throws {
        let local = try await FixtureAnalyzer.make()
        let peer = ModelPeer(try await FixtureAnalyzer.openVINO(FixtureAnalyzer.packages()))
        try await peer.whileServing { address in
            let remote = try await FixtureAnalyzer.make(backend: try client(address), batch: batch)
            let expected = seen(try await local.analyze(pictures()))
            let found = seen(try await remote.analyze(pictures()))
            #expect(found == expected)
        }
        // Three landscape pictures go together where there is room, and the faces of all.
        #expect((peer.batches.max() ?? 0) >= min(batch, 3))
    }

    @Test("sees by the model maskwatch of a server what it sees by itself")
    func maskwatch() async throws {
        let local = try await FixtureAnalyzer.make()
        let peer = ModelPeer(WholeModel(analyzer: local))
        try await peer.whileServing { address in
            let remote = RemoteFaceAnalyzer(backend: try client(address), version: "1")
            #expect(remote.models == ["maskwatch/1"])
            let results = try await remote.analyze(pictures())
            let expected = seen(try await local.analyze(pictures()))
            #expect(seen(results) == expected)
            #expect(results.compactMap { try? $0.get() }.allSatisfy { $0.timings.total > 0 && $0.width > 0 })
            #expect(peer.batches == [6])
        }
    }

    @Test("says which networks of the server looked, also after they were changed")
    func models() async throws {
        let analyzer = try await FixtureAnalyzer.make()
        let remote = RemoteFaceAnalyzer(backend: NewerEveryTime(analyzer: analyzer), version: "1")
        for version in 1...3 {
            let models = try await remote.analyze(Pictures.noFace()).models
            #expect(models == ["detector/\(version)", "classifier/1"] && remote.models == models)
        }
    }

    @Test("finds the bad picture where a server refuses a request in which nothing can be read")
    func refusal() async throws {
        let peer = ModelPeer(WholeModel(analyzer: try await FixtureAnalyzer.make(), refusesBadPictures: true))
        try await peer.whileServing { address in
            let remote = RemoteFaceAnalyzer(backend: try client(address), version: "1")
            let codes = try await remote.analyze([Data("<html>".utf8), Data()]).map { result -> PictureError.Code? in
                if case .failure(let error) = result { error.code } else { nil }
            }
            #expect(codes == [.unknownFormat, .empty])
        }
    }

    @Test("sends as many pictures together as a request may hold")
    func groups() {
        let small = Array(repeating: Data(count: 10), count: 40)
        #expect(RemoteFaceAnalyzer.groups(small).map(\.count) == [16, 16, 8])
        let large = [Data(count: 40 << 20), Data(count: 8 << 20), Data(count: 1), Data(count: 60 << 20)]
        #expect(RemoteFaceAnalyzer.groups(large).map(\.count) == [2, 1, 1])
        #expect(RemoteFaceAnalyzer.groups([]).isEmpty)
    }

    @Test("is an error while the server is away, and never a picture without faces")
    func away() async throws {
        let remote = RemoteFaceAnalyzer(backend: try client("http://127.0.0.1:1"), version: "1")
        let error = await #expect(throws: InferenceError.self) { try await remote.analyze([Pictures.noFace()]) }
        #expect(error?.isRetriable == true)
    }

    @Test("starts when a server can say what it has")
    func deferred() async throws {
        let attempts = Mutex(0)
        let local = try await FixtureAnalyzer.make()
        let deferred = DeferredAnalyzer {
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            if attempt == 1 { throw ModelPackageError(.notFound, "nothing there") }
            return local
        }
        let error = await #expect(throws: InferenceError.self) { try await deferred.analyze([Pictures.noFace()]) }
        #expect(error == InferenceError(.unavailable, "nothing there") && deferred.models.isEmpty)
        try await deferred.prepare()
        #expect(deferred.models == local.models)
        #expect(try await deferred.analyze(Pictures.twoFaces()).faces.count == 2)
        #expect(attempts.withLock { $0 } == 2)
    }
}

@Suite("The networks of a model server")
struct ServedModelCheckTests {
    @Test("are those of the packages they are compared with")
    func same() async throws {
        let packages = try FixtureAnalyzer.packages()
        let backend = try await FixtureAnalyzer.openVINO(packages)
        for package in packages { try package.check(try await backend.metadata(of: package.name)) }
    }

    @Test("are refused where they are others")
    func others() async throws {
        let packages = try FixtureAnalyzer.packages()
        let backend = try await FixtureAnalyzer.openVINO(packages)
        let detector = try await backend.metadata(of: packages[0].name)
        let classifier = try await backend.metadata(of: packages[1].name)
        #expect(refusal(packages[0], classifier).contains("has no output"))
        #expect(refusal(packages[1], classifier.with(shape: [-1, 4], of: "logits")).contains("expected FP32 [any, 3]"))
        let grey = detector.with(shape: [-1, -1, -1, 1], of: packages[0].description.input.name)
        #expect(refusal(packages[0], grey).contains("expected UINT8"))
        #expect(refusal(packages[0], detector.with(version: "7")).contains("it serves version 7"))
    }

    private func refusal(_ package: ModelPackage, _ metadata: ModelMetadata) -> String {
        do {
            try package.check(metadata)
            return "accepted"
        } catch { return error.message }
    }
}

extension ModelMetadata {
    fileprivate func with(version: String? = nil, shape: [Int] = [], of name: String = "") -> ModelMetadata {
        func changed(_ tensors: [TensorMetadata]) -> [TensorMetadata] {
            tensors.map { $0.name == name ? TensorMetadata(name: name, type: $0.type, shape: shape) : $0 }
        }
        return ModelMetadata(
            name: self.name, version: version ?? self.version, platform: platform, inputs: changed(inputs),
            outputs: changed(outputs))
    }
}

/// The model `maskwatch` as a backend.
private struct WholeModel: InferenceBackend {
    let analyzer: FaceAnalyzer
    /// As our own server does if nothing of a request can be read.
    var refusesBadPictures = false
    var models: [String] = []

    func metadata(of model: String) async throws -> ModelMetadata {
        MaskwatchModel.metadata(version: "1", platform: "test")
    }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        let results = try await analyzer.analyze(MaskwatchModel.pictures(in: request.inputs))
        let errors = results.compactMap { result -> PictureError? in
            if case .failure(let error) = result { error } else { nil }
        }
        if refusesBadPictures, errors.count == results.count, let first = errors.first {
            throw InferenceError(
                .invalidRequest, "none can be read", detail: .init(code: first.code.rawValue, message: first.message))
        }
        return InferResponse(
            model: request.model, version: "1", outputs: MaskwatchModel.outputs(results),
            parameters: MaskwatchModel.parameters(models: models))
    }
}

/// A server that gets a new detector before every request.
private final class NewerEveryTime: InferenceBackend {
    private let analyzer: FaceAnalyzer
    private let version = Mutex(0)

    init(analyzer: FaceAnalyzer) { self.analyzer = analyzer }

    func metadata(of model: String) async throws -> ModelMetadata {
        MaskwatchModel.metadata(version: "1", platform: "test")
    }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        let version = version.withLock { version in
            version += 1
            return version
        }
        let model = WholeModel(analyzer: analyzer, models: ["detector/\(version)", "classifier/1"])
        return try await model.infer(request)
    }
}
