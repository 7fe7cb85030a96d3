import COpenVINO
package import Foundation
package import Inference
package import Logging
import ServiceLifecycle
import Synchronization

/// Runs networks in this process by OpenVINO, on threads of its own.
package final class OpenVINOBackend: InferenceBackend {
    private let core: OpenVINOCore
    private let options: OpenVINOOptions
    private let logger: Logger
    private let models = Mutex<[String: OpenVINONetwork]>([:])
    private let threads: BoundedPool

    /// - Throws: `InferenceError` if the processor or the installation cannot run OpenVINO.
    package init(options: OpenVINOOptions = OpenVINOOptions(), logger: Logger) throws {
        try Self.checkProcessor(options.device)
        core = try OpenVINOCore()
        self.options = options
        self.logger = logger.labelled("openvino")
        threads = BoundedPool(width: options.concurrency, maximumWaiting: options.maximumWaiting)
    }

    /// Reads a network and serves it from now on under its name; if that fails, what was served before stays.
    /// - Parameter xml: OpenVINO IR, whose weights are the `.bin` beside it, or an ONNX file.
    /// - Throws: `InferenceError` with `.invalidModel`.
    package func load(name: String, version: String, xml: URL) async throws {
        let network = try await open(name: name, version: version, xml: xml)
        models.withLock { $0[name] = network }
    }

    /// Reads a network and makes it ready. It is gone when nobody holds it any more.
    /// - Parameter xml: as in `load`.
    /// - Throws: `InferenceError` with `.invalidModel`.
    package func open(name: String, version: String, xml: URL) async throws -> OpenVINONetwork {
        let start = ContinuousClock.now
        let model = try await threads.run { [core, options] in
            try LoadedModel(name: name, version: version, xml: xml, core: core, options: options)
        }
        let seconds = Double(Int((start.duration(to: .now) / .milliseconds(1)).rounded())) / 1000
        logger.info(
            "model loaded",
            [.model: "\(name)/\(version)", .file: xml.lastPathComponent, .seconds: String(seconds)])
        return OpenVINONetwork(model, threads: threads)
    }

    package func metadata(of model: String) async throws -> ModelMetadata {
        try await loaded(model).metadata(of: model)
    }

    package func infer(_ request: InferRequest) async throws -> InferResponse {
        try await loaded(request.model).infer(request)
    }

    private func loaded(_ name: String) throws(InferenceError) -> OpenVINONetwork {
        guard let model = models.withLock({ $0[name] }) else {
            throw InferenceError(.notFound, "there is no model '\(name)'")
        }
        return model
    }

    /// - Throws: `InferenceError` if this machine's processor lacks what OpenVINO's CPU kernels need.
    package static func checkProcessor(_ device: String = "CPU") throws(InferenceError) {
        guard device == "CPU", !maskwatch_cpu_has_avx2() else { return }
        throw InferenceError(
            .internalError,
            "this processor has no AVX2, which OpenVINO needs: use another machine, or a model API by model.url")
    }
}

/// One network in one version, whatever name a request gives it.
package final class OpenVINONetwork: InferenceBackend {
    private let model: LoadedModel
    private let threads: BoundedPool

    fileprivate init(_ model: LoadedModel, threads: BoundedPool) {
        self.model = model
        self.threads = threads
    }

    package func metadata(of model: String) async throws -> ModelMetadata { self.model.metadata }

    package func infer(_ request: InferRequest) async throws -> InferResponse {
        let outputs = try await threads.run { [model] in try model.infer(request.inputs) }
        return InferResponse(model: model.metadata.name, version: model.metadata.version, outputs: outputs)
    }
}

/// Threads for blocking calls, with a bound on how many calls wait for one.
private final class BoundedPool: Sendable {
    private let pool: BlockingPool
    private let maximum: Int
    private let maximumWaiting: Int
    private let calls = Mutex(0)

    init(width: Int, maximumWaiting: Int) {
        pool = BlockingPool(label: "maskwatch.openvino", width: max(1, width))
        maximum = max(1, width) + maximumWaiting
        self.maximumWaiting = maximumWaiting
    }

    /// - Throws: `InferenceError` with `.overloaded` when too many calls wait, or what `body` throws.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try calls.withLock { (calls) throws(InferenceError) in
            guard calls < maximum else {
                throw InferenceError(.overloaded, "\(maximumWaiting) inferences wait already: try again later")
            }
            calls += 1
        }
        defer { calls.withLock { $0 -= 1 } }
        return try await pool.run(body)
    }
}
