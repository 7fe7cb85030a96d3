import Foundation
import HTTPClient
import HTTPTypes
import Inference

/// Speaks the Open Inference Protocol with one server (kserve/open-inference-protocol inference_rest.md).
struct ModelServerClient: Sendable {
    /// What came of asking.
    enum Outcome<Value: Sendable>: Sendable {
        case answer(Value)
        /// It cannot take the request now, and perhaps said for how long.
        case busy(pause: Duration?, reason: String)
        /// It cannot be reached, or is not what should be there.
        case down(reason: String)
        /// It answered with an error, or with something that makes no sense.
        case fault(InferenceError)
    }

    let address: ModelServerAddress
    let session: HTTPSession
    let settings: OpenInferenceProtocolBackend.Settings

    /// - Returns: nil if the server is ready to infer, otherwise what is wrong.
    /// - Throws: `InferenceError` if the task was cancelled.
    func problem() async throws -> String? {
        var request = ClientRequest(.get, address.route("v2/health/ready"))
        request.timeout = settings.probeTimeout
        request.connectTimeout = settings.probeTimeout
        request.discardsBody = true
        switch try await send(request, read: { _ in () }) {
        case .answer: return nil
        case .busy(_, let reason), .down(let reason): return reason
        case .fault(let error): return error.message
        }
    }

    /// - Throws: `InferenceError` if the task was cancelled.
    func metadata(of model: String) async throws -> Outcome<ModelMetadata> {
        var request = ClientRequest(.get, address.route("v2/models/\(PercentEncoding.encode(model))"))
        request.timeout = settings.probeTimeout
        request.connectTimeout = settings.connectTimeout
        return try await send(request) { try OpenInferenceDescription(body: $0.body, model: model).metadata }
    }

    /// - Throws: `InferenceError` if the task was cancelled.
    func infer(_ call: OpenInferenceCall, model: String) async throws -> Outcome<InferResponse> {
        var request = ClientRequest(
            .post, address.route("v2/models/\(PercentEncoding.encode(model))/infer"),
            headers: [
                "Content-Type": "application/octet-stream",
                OpenInferenceRequest.headerLengthField: String(call.headerLength),
            ], body: call.body)
        request.timeout = settings.timeout
        request.connectTimeout = settings.connectTimeout
        request.maximumBody = settings.maximumAnswer
        return try await send(request) { response in
            let length = try Self.headerLength(response)
            return try OpenInferenceAnswer(body: response.body, headerLength: length, model: model).response
        }
    }

    private static func headerLength(_ response: ClientResponse) throws -> Int? {
        guard let text = response.headers[OpenInferenceRequest.headerLengthField] else { return nil }
        guard let length = Int(text) else {
            throw InferenceError(.invalidModel, "\(OpenInferenceRequest.headerLengthField) is '\(text)'")
        }
        return length
    }

    private func send<Value: Sendable>(
        _ request: ClientRequest, read: (ClientResponse) throws -> Value
    ) async throws -> Outcome<Value> {
        let response: ClientResponse
        do { response = try await session.send(request) } catch let error as HTTPClientError {
            switch error.code {
            case .cancelled: throw InferenceError(.unavailable, "the request to the model server was cancelled")
            case .answerTooLarge: return .fault(InferenceError(.invalidModel, error.description))
            default: return .down(reason: error.description)
            }
        }
        guard response.status == .ok else { return Self.refusal(response) }
        do { return .answer(try read(response)) } catch let error as InferenceError { return .fault(error) }
    }

    /// Statuses as Triton uses them (triton-inference-server http_server.cc), and those of proxies before a server.
    private static func refusal<Value>(_ response: ClientResponse) -> Outcome<Value> {
        let document = try? JSONDecoder().decode(Refusal.self, from: response.body)
        let said = document.map { ": \($0.error)" } ?? ""
        let reason = "\(response.status.rawValue) \(response.status.reason)\(said)"
        switch response.status.rawValue {
        case 429, 503: return .busy(pause: response.retryAfter(now: Date()), reason: reason)
        case 400, 413, 415, 422: return .fault(InferenceError(.invalidRequest, reason, detail: document?.detail))
        case 404: return .fault(InferenceError(.notFound, reason))
        case 500, 501: return .fault(InferenceError(.internalError, reason))
        case 300..<400: return .down(reason: "\(reason); give the address that it redirects to")
        default: return .down(reason: reason)
        }
    }
}

/// The error of the protocol, and what Maskwatch's own model API adds to it.
private struct Refusal: Decodable {
    /// One line.
    let error: String
    /// Nil also if a foreign server means something else by it.
    let detail: InferenceError.Detail?

    private enum CodingKeys: String, CodingKey { case error, detail }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        error = Self.line(try values.decode(String.self, forKey: .error))
        let said = try? values.decode(InferenceError.Detail.self, forKey: .detail)
        detail = said.map { InferenceError.Detail(code: Self.line($0.code), message: Self.line($0.message)) }
    }

    /// At most 300 characters.
    private static func line(_ text: String) -> String { String(text.prefix(300).map { $0.isNewline ? " " : $0 }) }
}
