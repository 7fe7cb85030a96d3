import Foundation
import Inference
import Synchronization

/// One network, compiled once for every input shape it takes: OpenVINO prepares a shape at its first use and keeps the
/// weights once, which costs far less memory than a network compiled for each shape and is as fast.
/// Its methods block: call them from threads that may.
final class LoadedModel: Sendable {
    let metadata: ModelMetadata
    private let compiled: OpenVINOCompiledModel
    /// Memory for runs that are not in use.
    private let idle = Mutex<[OpenVINOInferRequest]>([])

    /// - Throws: `InferenceError` with `.invalidModel`.
    init(name: String, version: String, xml: URL, core: OpenVINOCore, options: OpenVINOOptions) throws {
        let model = try core.readModel(xml)
        metadata = ModelMetadata(
            name: name, version: version, platform: "openvino", inputs: model.inputs, outputs: model.outputs)
        compiled = try core.compile(model, device: options.device, properties: options.properties)
    }

    /// The outputs lie in memory that is used again when the last of them is gone.
    func infer(_ inputs: [Tensor]) throws -> [Tensor] {
        try check(inputs)
        let lease = RequestLease(try takeRequest(), of: self)
        try lease.request.run(inputs)
        return try metadata.outputs.enumerated().map { try lease.request.output($0, as: $1, owner: lease) }
    }

    fileprivate func give(back request: OpenVINOInferRequest) { idle.withLock { $0.append(request) } }

    private func takeRequest() throws(InferenceError) -> OpenVINOInferRequest {
        if let known = idle.withLock({ $0.popLast() }) { return known }
        return try compiled.makeRequest()
    }

    private func check(_ inputs: [Tensor]) throws(InferenceError) {
        guard inputs.count == metadata.inputs.count else {
            throw InferenceError(
                .invalidRequest, "model '\(metadata.name)' takes \(metadata.inputs.count) inputs, got \(inputs.count)")
        }
        for expected in metadata.inputs {
            guard let input = inputs.first(where: { $0.name == expected.name }) else {
                throw InferenceError(.invalidRequest, "model '\(metadata.name)' needs an input '\(expected.name)'")
            }
            let fits =
                input.type == expected.type && input.shape.count == expected.shape.count
                && zip(input.shape, expected.shape).allSatisfy { $0 > 0 && ($1 < 0 || $0 == $1) }
            guard fits else {
                throw InferenceError(
                    .invalidRequest,
                    "input '\(input.name)' of model '\(metadata.name)' is \(expected.type.rawValue) \(expected.shape), "
                        + "got \(input.type.rawValue) \(input.shape)")
            }
        }
    }
}

/// Owns a request until the last tensor that shows its memory is gone.
private final class RequestLease: Sendable {
    let request: OpenVINOInferRequest
    private let model: LoadedModel

    init(_ request: OpenVINOInferRequest, of model: LoadedModel) {
        self.request = request
        self.model = model
    }

    deinit { model.give(back: request) }
}
