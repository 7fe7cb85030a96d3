import Foundation
import Imaging
import HTTPTypes
import Inference
import ModelServer
import Synchronization
import TestSupport
import Testing
import Vision

@Suite("The model maskwatch")
struct ServedPipelineTests {
    private func codes(_ results: [Result<PictureAnalysis, PictureError>]) -> [PictureError.Code?] {
        results.map { result in
            if case .failure(let error) = result { error.code } else { nil }
        }
    }

    @Test("lets a bad picture fail alone, beside others of the same request")
    func badInRequest() async throws {
        let folder = try await ModelFolder()
        try await folder.keeper.start()
        let results = try await folder.look(at: [
            ModelFolder.twoFaces(), Data("<html>".utf8), Fixtures.picture("cmyk.jpg"), ModelFolder.twoFaces(),
        ])
        #expect(codes(results) == [nil, .unknownFormat, .unsupported, nil])
        #expect(try results[3].get().faces.count == 2)
    }

    @Test("lets a bad picture fail alone, beside the requests it shares a batch with")
    func badInBatch() async throws {
        let folder = try await ModelFolder(batches: BatchLimits(maximumBatchSize: 8, maximumDelay: 0.3))
        try await folder.keeper.start()
        let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for index in 0..<8 {
                let picture = index == 3 ? Data("no picture".utf8) : try ModelFolder.twoFaces()
                group.addTask {
                    do {
                        let faces = try await folder.look(at: [picture])[0].get().faces
                        return (index, "\(faces.count)")
                    } catch let error as InferenceError where error.code == .invalidRequest { return (index, nil) }
                }
            }
            return try await group.reduce(into: [Int: String?]()) { $0[$1.0] = $1.1 }
        }
        for index in 0..<8 { #expect(answers[index] == (index == 3 ? .some(nil) : "2")) }
        let stats = try await folder.send(.get, "/v2/models/maskwatch/stats").text
        let counted = try JSONDecoder().decode(Statistics.self, from: Data(stats.utf8)).model_stats[0]
        #expect(counted.inference_count == 8 && counted.execution_count < 8)
    }

    @Test("refuses a request without one good picture, or with none or too many")
    func refusals() async throws {
        let folder = try await ModelFolder()
        try await folder.keeper.start()
        let one = try ModelFolder.twoFaces()
        let requests = [
            [Data("x".utf8)], [Data(), Data("<html>".utf8)], [],
            Array(repeating: one, count: ServedPipeline.maximumPictures + 1),
        ]
        for pictures in requests {
            let error = await #expect(throws: InferenceError.self) { try await folder.look(at: pictures) }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("tells where a picture of the other route is bad")
    func detect() async throws {
        let folder = try await ModelFolder()
        try await folder.keeper.start()
        let good = try await folder.send(.post, "/api/v1/detect", ModelFolder.twoFaces())
        #expect(good.status == 200 && good.text.contains("\"timings_ms\""))
        for (picture, code) in [(Data(), "empty"), (Data("<html>".utf8), "unknown_format")] {
            let bad = try await folder.send(.post, "/api/v1/detect", picture)
            #expect(bad.status == 422 && bad.text.contains("\"code\":\"\(code)\""))
        }
    }

    @Test("never takes numbers that are not finite for a picture without faces")
    func notFinite() async throws {
        let broken = Mutex(false)
        let folder = try await ModelFolder { network in
            FaultyNetwork(network: network) { _, response in
                broken.withLock { $0 } ? FaultyNetwork.notFinite(response) : response
            }
        }
        try await folder.keeper.start()
        broken.withLock { $0 = true }
        let error = await #expect(throws: InferenceError.self) {
            try await folder.look(at: [ModelFolder.twoFaces()])
        }
        #expect(error?.code == .internalError)
        broken.withLock { $0 = false }
        #expect(try await folder.look(at: [ModelFolder.twoFaces()])[0].get().faces.count == 2)
    }

    @Test("answers each request by itself when the device has no memory for all of them")
    func outOfMemory() async throws {
        let isSmall = Mutex(false)
        let folder = try await ModelFolder(batches: BatchLimits(maximumBatchSize: 8, maximumDelay: 0.3)) { network in
            FaultyNetwork(network: network) { request, response in
                // The face crops of two pictures together are too many for this device.
                guard request.inputs[0].shape[0] <= 2 || !isSmall.withLock({ $0 }) else {
                    throw InferenceError(.internalError, "out of memory")
                }
                return response
            }
        }
        try await folder.keeper.start()
        isSmall.withLock { $0 = true }
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { try await folder.look(at: [ModelFolder.twoFaces()])[0].get().faces.count }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == [2, 2, 2, 2])
    }

    @Test("answers 503 to what does not fit its queue, and at once to what waited as long as its caller said")
    func full() async throws {
        let gate = Gate()
        let folder = try await ModelFolder(
            batches: BatchLimits(maximumBatchSize: 1, maximumDelay: 0, maximumQueueLength: 1)
        ) { GatedNetwork(network: $0, gate: gate) }
        try await folder.keeper.start()
        await gate.close()
        async let running = ask(folder)
        #expect(await eventually { await gate.isWaitedAt })
        let late = try await ask(folder, timeout: 1)
        #expect(late.status == 503 && late.text.contains("Request timeout expired"))
        async let waiting = ask(folder)
        #expect(try await eventually { try await ask(folder, timeout: 1).text.contains("Exceeds maximum queue size") })
        #expect(try await ask(folder).status == 503)
        await gate.open()
        let statuses = try await [running.status, waiting.status]
        #expect(statuses == [200, 200])
        #expect(try await ask(folder, timeout: 60_000_000).status == 200)
    }

    /// - Parameter timeout: microseconds.
    private func ask(_ folder: ModelFolder, timeout: Int? = nil) async throws -> (status: Int, text: String) {
        let picture = Tensor(name: "image", shape: [1], elements: [try ModelFolder.twoFaces()])
        let head = """
            {"parameters":{\(timeout.map { "\"timeout\":\($0)" } ?? "")},"inputs":[{"name":"image","shape":[1],\
            "datatype":"BYTES","parameters":{"binary_data_size":\(picture.storage.byteCount)}}]}
            """
        return try await folder.send(
            .post, "/v2/models/maskwatch/infer", Data(head.utf8) + picture.data,
            headers: ["Inference-Header-Content-Length": String(head.utf8.count)])
    }

    private struct Statistics: Decodable {
        struct Model: Decodable {
            let inference_count: Int
            let execution_count: Int
        }

        let model_stats: [Model]
    }
}

/// A network with something between it and its caller.
struct FaultyNetwork: InferenceBackend {
    let network: any InferenceBackend
    let fault: @Sendable (InferRequest, InferResponse) throws -> InferResponse

    func metadata(of model: String) async throws -> ModelMetadata { try await network.metadata(of: model) }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        try fault(request, try await network.infer(request))
    }

    /// The same tensors full of NaN.
    static func notFinite(_ response: InferResponse) -> InferResponse {
        let outputs = response.outputs.map { output in
            let storage = unsafe TensorStorage(byteCount: output.storage.byteCount) {
                _ = unsafe $0.initializeMemory(as: Float.self, repeating: .nan)
            }
            return Tensor(name: output.name, type: output.type, shape: output.shape, storage: storage)
        }
        return InferResponse(model: response.model, version: response.version, outputs: outputs)
    }
}

/// Holds calls while it is closed.
private actor Gate {
    private var isClosed = false
    private var held: [CheckedContinuation<Void, Never>] = []

    var isWaitedAt: Bool { !held.isEmpty }

    func close() { isClosed = true }

    func open() {
        isClosed = false
        for one in held { one.resume() }
        held = []
    }

    func pass() async {
        guard isClosed else { return }
        await withCheckedContinuation { held.append($0) }
    }
}

private struct GatedNetwork: InferenceBackend {
    let network: any InferenceBackend
    let gate: Gate

    func metadata(of model: String) async throws -> ModelMetadata { try await network.metadata(of: model) }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        await gate.pass()
        return try await network.infer(request)
    }
}
