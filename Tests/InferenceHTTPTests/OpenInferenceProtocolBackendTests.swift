import Foundation
import HTTPClient
import HTTPServer
import HTTPTypes
import Inference
import InferenceHTTP
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@Suite("Model servers behind HTTP", .serialized)
struct OpenInferenceProtocolBackendTests {
    private func backend(
        _ addresses: [String], _ change: (inout OpenInferenceProtocolBackend.Settings) -> Void = { _ in }
    ) throws -> OpenInferenceProtocolBackend {
        var settings = OpenInferenceProtocolBackend.Settings()
        settings.pauses = RetryPolicy(initial: .milliseconds(2), maximum: .milliseconds(4))
        // A machine with much to do is no server that is away.
        settings.timeout = .seconds(60)
        settings.connectTimeout = .seconds(60)
        settings.probeTimeout = .seconds(60)
        change(&settings)
        return OpenInferenceProtocolBackend(
            servers: try addresses.map { try ModelServerAddress($0) }, session: HTTPSession(), settings: settings,
            logger: .silent)
    }

    private func double(_ backend: OpenInferenceProtocolBackend, _ values: [Float] = [1, 2.5]) async throws -> [Float] {
        let request = InferRequest(model: "double", inputs: [Tensor(name: "x", floats: values)])
        return try await backend.infer(request).output("y").floats
    }

    private func expectAnswer(_ backend: OpenInferenceProtocolBackend) async throws {
        #expect(try await double(backend) == [2, 5])
    }

    private func failure(_ backend: OpenInferenceProtocolBackend) async -> InferenceError? {
        do {
            _ = try await double(backend)
            return nil
        } catch { return error as? InferenceError }
    }

    /// Two peers and a backend that knows both.
    private func withTwoPeers(
        _ change: (inout OpenInferenceProtocolBackend.Settings) -> Void = { _ in },
        _ body: (ModelPeer, ModelPeer, OpenInferenceProtocolBackend) async throws -> Void
    ) async throws {
        let (a, b) = (ModelPeer(DoublingBackend()), ModelPeer(DoublingBackend()))
        let (listenerA, listenerB) = (a.listener(), b.listener())
        try await whileRunning(listenerA, listenerB) {
            let ports = try await [listenerA.boundPort(), listenerB.boundPort()]
            try await body(a, b, try backend(ports.map { "http://127.0.0.1:\($0)" }, change))
        }
    }

    private func withPeer(
        prefix: String = "", _ change: (inout OpenInferenceProtocolBackend.Settings) -> Void = { _ in },
        _ body: (ModelPeer, OpenInferenceProtocolBackend) async throws -> Void
    ) async throws {
        let peer = ModelPeer(DoublingBackend(), prefix: prefix)
        try await peer.whileServing { try await body(peer, try backend([$0 + "/"], change)) }
    }

    @Test("infer, below any path", arguments: ["", "/models/v7"])
    func infer(prefix: String) async throws {
        try await withPeer(prefix: prefix) { _, backend in
            try await expectAnswer(backend)
            let metadata = try await backend.metadata(of: "double")
            #expect(metadata.version == "3" && metadata.inputs == [.init(name: "x", type: .float32, shape: [-1])])
            let error = await #expect(throws: InferenceError.self) { try await backend.metadata(of: "none") }
            #expect(error?.code == .notFound)
            try await backend.checkReady()
        }
    }

    @Test("share the work")
    func share() async throws {
        try await withTwoPeers { a, b, backend in
            for _ in 0..<10 { try await expectAnswer(backend) }
            #expect(a.inferences == 5 && b.inferences == 5)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 { group.addTask { try await expectAnswer(backend) } }
                try await group.waitForAll()
            }
            #expect(a.inferences + b.inferences == 50 && a.inferences > 10 && b.inferences > 10)
        }
    }

    @Test("lose no request when one of them fails, and use it again when it is ready")
    func failOver() async throws {
        try await withTwoPeers { a, b, backend in
            for _ in 0..<4 { _ = try await double(backend) }
            a.behave(.everything(HTTPResponse(.badGateway)))
            for _ in 0..<20 { try await expectAnswer(backend) }
            #expect(b.inferences >= 22)
            a.behave(.serve)
            let seen = a.inferences
            #expect(
                try await eventually {
                    _ = try await double(backend)
                    return a.inferences > seen
                })
        }
    }

    @Test("may be killed and started again")
    func restart() async throws {
        let peer = ModelPeer(DoublingBackend())
        let first = peer.listener()
        var port = 0
        var known: OpenInferenceProtocolBackend?
        try await whileRunning(first) {
            port = try await first.boundPort()
            known = try self.backend(["http://127.0.0.1:\(port)"])
            #expect(try await double(try #require(known)) == [2, 5])
        }
        let backend = try #require(known)
        #expect(await failure(backend)?.code == .unavailable)
        await #expect(throws: InferenceError.self) { try await backend.checkReady() }
        let second = peer.listener(port: port)
        try await whileRunning(second) {
            _ = try await second.boundPort()
            #expect(await eventually { await failure(backend) == nil })
            try await backend.checkReady()
        }
    }

    @Test("are given to another when one has too much to do")
    func busy() async throws {
        try await withTwoPeers { a, b, backend in
            a.behave(.infer(HTTPResponse(.serviceUnavailable, headers: ["Retry-After": "60"])))
            for _ in 0..<6 { try await expectAnswer(backend) }
            #expect(a.inferences == 1 && b.inferences == 6)
        }
    }

    @Test("are waited for while all have too much to do, but not for ever")
    func allBusy() async throws {
        try await withPeer({ $0.patience = .seconds(60) }) { peer, backend in
            peer.behave(.infer(HTTPResponse(.serviceUnavailable)))
            async let answer: Void = expectAnswer(backend)
            #expect(await eventually { peer.inferences >= 3 })
            peer.behave(.serve)
            try await answer
            peer.behave(.infer(HTTPResponse(.serviceUnavailable, headers: ["Retry-After": "120"])))
            let error = await failure(backend)
            #expect(error?.code == .overloaded && error?.message.contains("503") == true)
            // The next one does not even ask.
            let asked = peer.inferences
            #expect(await failure(backend)?.code == .overloaded && peer.inferences == asked)
        }
    }

    @Test("are left when they do not answer in time")
    func slow() async throws {
        try await withTwoPeers({ $0.timeout = .milliseconds(200) }) { a, _, backend in
            a.behave(.hang)
            #expect(
                await eventually {
                    let answer = try? await double(backend)
                    return answer == [2, 5] && a.inferences > 0
                })
        }
        try await withPeer({ $0.timeout = .milliseconds(200) }) { peer, backend in
            peer.behave(.hang)
            let error = await failure(backend)
            #expect(error?.code == .unavailable && error?.message.contains("in time") == true)
        }
    }

    @Test("are left when another does better where they fail")
    func oneBroken() async throws {
        let broken = [
            HTTPResponse(.internalServerError), .text("<html>"), HTTPResponse(.notFound),
            HTTPResponse(.seeOther, headers: ["Location": "http://127.0.0.1:1/"]),
        ]
        for response in broken {
            try await withTwoPeers { a, _, backend in
                a.behave(.infer(response))
                for _ in 0..<4 { try await expectAnswer(backend) }
            }
        }
    }

    @Test("make clear what is wrong with an answer")
    func wrongAnswers() async throws {
        let notFinite = try HTTPResponse.tensors([Tensor(name: "y", floats: [1, .nan])], of: "double")
        let cases: [(HTTPResponse, InferenceError.Code, String)] = [
            (notFinite, .internalError, "not finite"),
            (.text("<html>"), .invalidModel, "makes no sense"),
            (.text(String(repeating: "x", count: 5000)), .invalidModel, "larger than 4096 bytes"),
            (
                .data(Data(#"{"error":"out of memory"}"#.utf8), contentType: "", status: 500), .internalError,
                "out of memory"
            ),
            (
                .data(Data(#"{"error":"no such input"}"#.utf8), contentType: "", status: 400), .invalidRequest,
                "no such input"
            ),
            (HTTPResponse(.seeOther, headers: ["Location": "http://127.0.0.1:1/"]), .unavailable, "redirect"),
            (HTTPResponse(.unauthorized), .unavailable, "401"),
            (HTTPResponse(.notFound), .unavailable, "404"),
        ]
        for (response, code, part) in cases {
            try await withPeer({ $0.maximumAnswer = 4096 }) { peer, backend in
                peer.behave(.infer(response))
                let error = await failure(backend)
                #expect(error?.code == code && error?.message.contains(part) == true, "\(String(describing: error))")
            }
        }
    }

    @Test("get no request before they say that they are ready")
    func notReady() async throws {
        try await withPeer { peer, backend in
            peer.be(ready: false)
            for _ in 0..<3 { #expect(await failure(backend)?.code == .unavailable) }
            #expect(peer.inferences == 0 && peer.probes > 0)
        }
    }

    @Test("are not waited for by a task that was cancelled")
    func cancelled() async throws {
        try await withPeer { peer, backend in
            peer.behave(.hang)
            let task = Task { await failure(backend) }
            #expect(await eventually { peer.inferences == 1 })
            task.cancel()
            #expect(await task.value?.code == .unavailable)
        }
    }

    @Test("are told apart by their addresses")
    func addresses() throws {
        #expect(try ModelServerAddress("HTTPS://gpu.example:8000/a//").text == "HTTPS://gpu.example:8000/a")
        for wrong in ["", "gpu:8000", "ftp://gpu", "http://", "http://a b", "http://a?x=1", "http://a#x"] {
            let error = #expect(throws: InferenceError.self) { try ModelServerAddress(wrong) }
            #expect(error?.message.contains("'\(wrong)'") == true)
        }
        for wrong in ["http://user:secret@gpu", "user:secret@gpu", "htp://user:secret@gpu", "http://user:secret@"] {
            let error = #expect(throws: InferenceError.self) { try ModelServerAddress(wrong) }
            #expect(error?.message.contains("secret") == false)
        }
    }
}
