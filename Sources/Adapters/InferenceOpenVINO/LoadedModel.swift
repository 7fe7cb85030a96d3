import Foundation
import Inference
import Synchronization

/// One network with its most recently used input shapes. Its methods block: call them from threads that may.
final class LoadedModel: Sendable {
    let metadata: ModelMetadata
    private let core: OpenVINOCore
    private let options: OpenVINOOptions
    private let state: Mutex<State>

    private struct State {
        let model: OpenVINOModel
        var shapes = RecentlyUsed<[Int], CompiledShape>()
    }

    /// - Throws: `InferenceError` with `.invalidModel`.
    init(name: String, version: String, xml: URL, core: OpenVINOCore, options: OpenVINOOptions) throws {
        let model = try core.readModel(xml)
        metadata = ModelMetadata(
            name: name, version: version, platform: "openvino", inputs: model.inputs, outputs: model.outputs)
        self.core = core
        self.options = options
        state = Mutex(State(model: model))
    }

    func infer(_ inputs: [Tensor]) throws -> [Tensor] {
        try check(inputs)
        let lease = RequestLease(try shape(for: inputs).take())
        let request = lease.request.request
        try request.run(inputs)
        return try metadata.outputs.enumerated().map { try request.output($0, as: $1, owner: lease) }
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

    /// Compiles the shape at its first use; others wait for that, as they would compete for the same cores.
    private func shape(for inputs: [Tensor]) throws -> CompiledShape {
        try state.withLock { state in
            let key = inputs.flatMap(\.shape)
            if let known = state.shapes.value(for: key) { return known }
            for input in inputs { try state.model.reshape(input: input.name, to: input.shape) }
            let compiled = CompiledShape(
                try core.compile(state.model, device: options.device, properties: options.properties))
            state.shapes.insert(compiled, for: key, limit: options.maximumShapes)
            return compiled
        }
    }
}

/// A compiled input shape and its idle infer requests.
final class CompiledShape: Sendable {
    private let model: OpenVINOCompiledModel
    private let idle = Mutex<[OpenVINOInferRequest]>([])

    init(_ model: OpenVINOCompiledModel) { self.model = model }

    func take() throws(InferenceError) -> PooledRequest {
        if let known = idle.withLock({ $0.popLast() }) { return PooledRequest(request: known, home: self) }
        return PooledRequest(request: try model.makeRequest(), home: self)
    }

    func give(back request: OpenVINOInferRequest) { idle.withLock { $0.append(request) } }
}

struct PooledRequest: Sendable {
    let request: OpenVINOInferRequest
    let home: CompiledShape
}

/// Owns a request until the last tensor that shows its memory is gone.
final class RequestLease: Sendable {
    let request: PooledRequest

    init(_ request: PooledRequest) { self.request = request }

    deinit { request.home.give(back: request.request) }
}

/// A few values by key; the longest unused one goes first.
struct RecentlyUsed<Key: Hashable, Value> {
    /// The most recently used last.
    private var entries: [(key: Key, value: Value)] = []

    mutating func value(for key: Key) -> Value? {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        entries.append(entries.remove(at: index))
        return entries.last?.value
    }

    mutating func insert(_ value: Value, for key: Key, limit: Int) {
        entries.append((key, value))
        if entries.count > max(1, limit) { entries.removeFirst() }
    }
}
