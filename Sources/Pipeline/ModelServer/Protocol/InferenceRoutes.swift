import Compression
import Foundation
package import HTTPServer
import HTTPTypes
import Inference

/// The Open Inference Protocol over HTTP: `/v2/...`. The transport only; `ServedModel` does the work.
package struct InferenceRoutes: Sendable {
    /// Most bytes of a request, also after decompression.
    package static let maximumRequest = 64 << 20

    private let catalog: ModelCatalog
    private let name: String
    private let version: String

    package init(catalog: ModelCatalog, name: String, version: String) {
        self.catalog = catalog
        self.name = name
        self.version = version
    }

    package func add(to router: inout Router) {
        router.get("/v2") { _ in
            try json(
                InferenceDocuments.Server(
                    name: name, version: version,
                    extensions: ["binary_tensor_data", "statistics", "model_repository"]))
        }
        router.get("/v2/health/live") { _ in try json(["live": true]) }
        router.get("/v2/health/ready") { _ in try ready(catalog.isReady) }
        router.get("/v2/models/stats") { _ in try statistics(of: catalog.all) }
        router.post("/v2/repository/index") { _ in try index() }
        for prefix in ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"] {
            addModelRoutes(prefix, &router)
        }
    }

    private func addModelRoutes(_ prefix: String, _ router: inout Router) {
        router.get(prefix) { request in
            try answering { try json(description(of: try model(request))) }
        }
        router.get(prefix + "/ready") { request in
            try ready((try? model(request)) != nil)
        }
        router.get(prefix + "/stats") { request in
            try answering { try statistics(of: [try model(request)]) }
        }
        router.on(.post, prefix + "/infer", bodyLimit: Self.maximumRequest) { request in
            do { return try await infer(request) } catch { return Self.failure(error) }
        }
    }

    private func model(_ request: HTTPRequest) throws -> ServedModel {
        try catalog.model(request.parameters["model"] ?? "", version: request.parameters["version"])
    }

    private func infer(_ request: HTTPRequest) async throws -> HTTPResponse {
        let model = try model(request)
        let message = try OpenInferenceRequest(body: body(of: request), headerLength: headerLength(of: request))
        let wanted = try outputs(of: message, from: model)
        let result = try await model.answer(message.inputs, timeout: message.timeout.map { .microseconds($0) })
        let response = try OpenInferenceResponse(
            model: model.metadata.name, version: result.version, id: message.id, parameters: result.parameters,
            outputs: wanted.map { (try result.output($0.name), $0.isBinary) })
        return try compressed(response, for: request)
    }

    private func outputs(
        of message: OpenInferenceRequest, from model: ServedModel
    ) throws -> [(name: String, isBinary: Bool)] {
        let known = model.metadata.outputs.map(\.name)
        guard let wanted = message.outputs else { return known.map { ($0, message.isBinaryByDefault) } }
        for output in wanted where !known.contains(output.name) {
            throw InferenceError(
                .invalidRequest, "model '\(model.metadata.name)' has no output '\(output.name)', but \(known)")
        }
        return wanted.map { ($0.name, $0.isBinary) }
    }

    private func body(of request: HTTPRequest) throws -> Data {
        guard let text = request.headers["Content-Encoding"], text != "identity" else { return request.body }
        guard let coding = ContentCoding(rawValue: text.lowercased()) else {
            throw InferenceError(.invalidRequest, "Content-Encoding '\(text)' is not supported: use gzip or deflate")
        }
        return try coding.decompress(request.body, limit: Self.maximumRequest)
    }

    private func headerLength(of request: HTTPRequest) throws -> Int? {
        guard let text = request.headers[OpenInferenceRequest.headerLengthField] else { return nil }
        guard let length = Int(text) else {
            throw InferenceError(
                .invalidRequest, "\(OpenInferenceRequest.headerLengthField) is '\(text)', but must be a number")
        }
        return length
    }

    private func compressed(_ response: OpenInferenceResponse, for request: HTTPRequest) throws -> HTTPResponse {
        let type = response.headerLength == nil ? "application/json" : "application/octet-stream"
        var answer = HTTPResponse.data(response.body, contentType: type)
        if let length = response.headerLength {
            answer.headers[OpenInferenceRequest.headerLengthField] = String(length)
        }
        let accepted = request.headers["Accept-Encoding"] ?? ""
        if let coding = ContentCoding.allCases.first(where: { accepted.contains($0.rawValue) }) {
            answer.body = .data(try coding.compress(response.body))
            answer.headers["Content-Encoding"] = coding.rawValue
        }
        return answer
    }

    private func description(of model: ServedModel) -> InferenceDocuments.Model {
        InferenceDocuments.Model(model.metadata, versions: catalog.versions(of: model.metadata.name))
    }

    private func statistics(of models: [ServedModel]) throws -> HTTPResponse {
        try json(InferenceDocuments.Statistics(modelStats: models.map(InferenceDocuments.ModelStats.init)))
    }

    private func index() throws -> HTTPResponse {
        try json(
            catalog.index.map {
                InferenceDocuments.IndexEntry(
                    name: $0.name, version: $0.version, state: $0.isReady ? "READY" : "UNAVAILABLE", reason: $0.reason)
            })
    }

    private func ready(_ isReady: Bool) throws -> HTTPResponse {
        try json(["ready": isReady], status: isReady ? .ok : .serviceUnavailable)
    }

    private func answering(_ body: () throws -> HTTPResponse) throws -> HTTPResponse {
        do { return try body() } catch { return Self.failure(error) }
    }

    private func json(_ value: some Encodable, status: HTTPStatus = .ok) throws -> HTTPResponse {
        .data(try JSONEncoder().encode(value), contentType: "application/json", status: status)
    }

    /// With the status for each kind of error, as Triton maps them (triton-inference-server http_server.cc).
    static func failure(_ error: any Error) -> HTTPResponse {
        let status: HTTPStatus
        switch (error as? InferenceError)?.code {
        case .invalidRequest: status = .badRequest
        case .notFound: status = .notFound
        case .overloaded, .unavailable: status = .serviceUnavailable
        case .invalidModel, .internalError: status = .internalServerError
        case nil: status = error is CompressionError ? .badRequest : .internalServerError
        }
        return refusal(status, "\(error)", (error as? InferenceError)?.detail)
    }

    static func refusal(
        _ status: HTTPStatus, _ sentence: String, _ detail: InferenceError.Detail? = nil
    ) -> HTTPResponse {
        let body = (try? JSONEncoder().encode(InferenceDocuments.Refusal(error: sentence, detail: detail))) ?? Data()
        return .data(body, contentType: "application/json", status: status)
    }
}
