import Foundation
package import HTTPServer
package import HTTPTypes
package import Inference
import Logging
import Synchronization

/// A model server for clients to speak with: a real HTTP server with the routes of the Open Inference Protocol that a client
/// needs, in front of any backend. It can be told to behave badly.
package final class ModelPeer: Sendable {
    package enum Behaviour: Sendable {
        case serve
        /// Answers an inference with this, and everything else as usual.
        case infer(HTTPResponse)
        /// Answers everything with this.
        case everything(HTTPResponse)
        /// Answers an inference never, until the test ends.
        case hang
    }

    private struct State {
        var behaviour = Behaviour.serve
        var isReady = true
        var probes = 0
        var batches: [Int] = []
    }

    private let backend: any InferenceBackend
    private let prefix: String
    private let state = Mutex(State())

    /// - Parameter prefix: the path its routes lie below, such as `/models`.
    package init(_ backend: any InferenceBackend, prefix: String = "") {
        self.backend = backend
        self.prefix = prefix
    }

    package func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }
    package func be(ready: Bool) { state.withLock { $0.isReady = ready } }

    /// Requests that arrived, answered or not.
    package var inferences: Int { batches.count }
    package var probes: Int { state.withLock { $0.probes } }
    /// The first dimension of the first input of every request.
    package var batches: [Int] { state.withLock { $0.batches } }

    package func listener(port: Int = 0) -> HTTPListener {
        var options = HTTPListenerOptions(port: port)
        options.gracePeriod = .zero
        options.maximumBody = 64 << 20
        return HTTPListener(options: options, logger: .silent) { await self.answer($0) }
    }

    /// Runs it while a test body runs, and gives that its address.
    package func whileServing<Value>(_ body: (_ address: String) async throws -> Value) async throws -> Value {
        let listener = listener()
        return try await whileRunning(listener) {
            try await body("http://127.0.0.1:\(try await listener.boundPort())\(prefix)")
        }
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.path.hasPrefix(prefix) else { return HTTPResponse(.notFound) }
        let path = request.segments.dropFirst(prefix.split(separator: "/").count)
        do { return try await answer(request, Array(path)) } catch let error as InferenceError {
            return Self.refusal(error)
        } catch { return HTTPResponse(.internalServerError) }
    }

    private func answer(_ request: HTTPRequest, _ path: [String]) async throws -> HTTPResponse {
        let isReady = state.withLock { $0.isReady }
        if case .everything(let response) = state.withLock({ $0.behaviour }) { return response }
        if path == ["v2", "health", "ready"] {
            state.withLock { $0.probes += 1 }
            return HTTPResponse(isReady ? .ok : .serviceUnavailable)
        }
        guard path.starts(with: ["v2", "models"]), path.count >= 3 else { return HTTPResponse(.notFound) }
        if path.count == 3 { return try Self.description(try await backend.metadata(of: path[2])) }
        return try await infer(request, model: path[2])
    }

    private func infer(_ request: HTTPRequest, model: String) async throws -> HTTPResponse {
        let length = request.headers[OpenInferenceRequest.headerLengthField].flatMap { Int($0) }
        let message = try OpenInferenceRequest(body: request.body, headerLength: length)
        let behaviour = state.withLock { state in
            state.batches.append(message.inputs.first?.shape.first ?? 0)
            return state.behaviour
        }
        switch behaviour {
        case .infer(let response), .everything(let response): return response
        case .hang:
            try? await Task.sleep(for: .seconds(60))
            return HTTPResponse(.serviceUnavailable)
        case .serve: break
        }
        let result = try await backend.infer(InferRequest(model: model, inputs: message.inputs))
        return try .tensors(result.outputs, of: model, version: result.version, parameters: result.parameters)
    }

    private static func description(_ metadata: ModelMetadata) throws -> HTTPResponse {
        func tensors(_ list: [ModelMetadata.TensorMetadata]) -> [[String: Any]] {
            list.map { ["name": $0.name, "datatype": $0.type.rawValue, "shape": $0.shape] }
        }
        let document: [String: Any] = [
            "name": metadata.name, "versions": [metadata.version], "platform": metadata.platform,
            "inputs": tensors(metadata.inputs), "outputs": tensors(metadata.outputs),
        ]
        return .data(try JSONSerialization.data(withJSONObject: document), contentType: "application/json")
    }

    private struct Refusal: Encodable {
        let error: String
        let detail: InferenceError.Detail?
    }

    private static func refusal(_ error: InferenceError) -> HTTPResponse {
        let status: HTTPStatus
        switch error.code {
        case .invalidRequest: status = .badRequest
        case .notFound: status = .notFound
        case .overloaded, .unavailable: status = .serviceUnavailable
        case .invalidModel, .internalError: status = .internalServerError
        }
        let body = (try? JSONEncoder().encode(Refusal(error: error.message, detail: error.detail))) ?? Data()
        return .data(body, contentType: "application/json", status: status)
    }
}

extension HTTPResponse {
    /// An answer of the protocol with raw tensors.
    package static func tensors(
        _ tensors: [Tensor], of model: String, version: String = "1", parameters: [String: String] = [:]
    ) throws -> HTTPResponse {
        let answer = try OpenInferenceResponse(
            model: model, version: version, id: nil, parameters: parameters, outputs: tensors.map { ($0, true) })
        var response = HTTPResponse.data(answer.body, contentType: "application/octet-stream")
        response.headers[OpenInferenceRequest.headerLengthField] = answer.headerLength.map(String.init)
        return response
    }
}
