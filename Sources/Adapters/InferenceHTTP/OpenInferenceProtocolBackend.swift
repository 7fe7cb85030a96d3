package import HTTPClient
package import Inference
package import Logging
package import ServiceLifecycle
import Synchronization

/// Runs networks on other machines: any servers of the Open Inference Protocol, such as `maskwatch model` or NVIDIA Triton.
/// All must serve the same models. A request goes to the server that is ready and has the least to do; when it fails there
/// it is tried at the others, at each once.
package final class OpenInferenceProtocolBackend: InferenceBackend {
    package struct Settings: Sendable {
        /// For one inference, its way there and back included.
        package var timeout = Duration.seconds(30)
        package var connectTimeout = Duration.seconds(3)
        /// For asking whether a server is ready, and for what models it has.
        package var probeTimeout = Duration.seconds(2)
        /// How long a request waits for servers that are busy.
        package var patience = Duration.seconds(10)
        /// Bytes of an answer.
        package var maximumAnswer = 64 << 20
        /// How long a server that failed is left alone.
        package var pauses = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(30))

        package init() {}
    }

    private let servers: [ModelServerClient]
    private let settings: Settings
    private let logger: Logger
    private let balance: Mutex<ServerBalance>
    private let clock = ContinuousClock()
    private let start = ContinuousClock.now

    /// - Parameter servers: at least one.
    package init(
        servers: [ModelServerAddress], session: HTTPSession, settings: Settings = Settings(), logger: Logger
    ) {
        self.servers = servers.map { ModelServerClient(address: $0, session: session, settings: settings) }
        self.settings = settings
        self.logger = logger.labelled("model-servers")
        balance = Mutex(ServerBalance(count: servers.count, policy: settings.pauses))
    }

    /// - Throws: `InferenceError`: `.notFound` if no server that is ready has the model.
    @concurrent
    package func metadata(of model: String) async throws -> ModelMetadata {
        try await ask { try await $0.metadata(of: model) }
    }

    /// - Throws: `InferenceError`: `.unavailable` while no server can be used, `.overloaded` while all have too much to do;
    ///   no request is lost by trying again then.
    @concurrent
    package func infer(_ request: InferRequest) async throws -> InferResponse {
        let call = try OpenInferenceCall(inputs: request.inputs)
        do { return try await ask { try await $0.infer(call, model: request.model) } } catch let error as InferenceError
            where error.code == .notFound
        {
            // A model may still be loaded: this is no fault of the request.
            throw InferenceError(.unavailable, error.message)
        }
    }

    /// Asks every server now.
    /// - Throws: `InferenceError` with `.unavailable` if none is ready.
    @concurrent
    package func checkReady() async throws {
        let isReady = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in servers.indices { group.addTask { try await self.probe(index) } }
            return try await group.reduce(false) { $0 || $1 }
        }
        guard isReady else { throw unavailable() }
    }

    /// Servers that answered this request with an error. Whether that was the fault of the request shows at the next server.
    private struct Suspects {
        var indices: [Int] = []
        var error: InferenceError?
    }

    private func ask<Value: Sendable>(
        _ send: (ModelServerClient) async throws -> ModelServerClient.Outcome<Value>
    ) async throws -> Value {
        let begin = now
        var tried: Set<Int> = []
        var suspects = Suspects()
        defer { balance.withLock { for index in suspects.indices { $0.answered(index) } } }
        while true {
            let moment = now
            switch balance.withLock({ $0.choose(at: moment, except: tried) }) {
            case .probe(let index): _ = try await probe(index)
            case .send(let index):
                if let value = try await use(index, &tried, &suspects, send) { return value }
            case .wait(let time):
                guard time - begin <= settings.patience else { throw overloaded() }
                try await sleep(until: time)
            case .away: throw suspects.error ?? unavailable()
            }
        }
    }

    /// - Returns: nil if another server is to be tried.
    private func use<Value: Sendable>(
        _ index: Int, _ tried: inout Set<Int>, _ suspects: inout Suspects,
        _ send: (ModelServerClient) async throws -> ModelServerClient.Outcome<Value>
    ) async throws -> Value? {
        let outcome: ModelServerClient.Outcome<Value>
        do { outcome = try await send(servers[index]) } catch {
            balance.withLock { $0.abandoned(index) }
            throw error
        }
        switch outcome {
        case .answer(let value):
            balance.withLock { $0.answered(index) }
            for suspect in suspects.indices { leave(suspect, suspects.error?.message ?? "") }
            suspects.indices = []
            return value
        case .busy(let pause, let reason):
            let moment = now
            balance.withLock {
                $0.refused(index, at: moment, pause: pause, reason: reason, random: .random(in: 0..<1))
            }
        case .down(let reason):
            tried.insert(index)
            leave(index, reason)
        case .fault(let error):
            tried.insert(index)
            suspects.indices.append(index)
            suspects.error = suspects.error ?? error
            if error.code == .invalidRequest { throw error }
        }
        return nil
    }

    private func probe(_ index: Int) async throws -> Bool {
        do {
            let problem = try await servers[index].problem()
            guard let problem else {
                let moment = now
                if balance.withLock({ $0.ready(index, at: moment) }) {
                    logger.notice("model server is ready", [.address: servers[index].address.text])
                }
                return true
            }
            leave(index, problem, wasProbe: true)
            return false
        } catch {
            balance.withLock { $0.abandonedProbe(index) }
            throw error
        }
    }

    private func leave(_ index: Int, _ reason: String, wasProbe: Bool = false) {
        let moment = now
        let isNews = balance.withLock {
            $0.failed(index, at: moment, wasProbe: wasProbe, reason: reason, random: .random(in: 0..<1))
        }
        guard isNews else { return }
        logger.warning("model server is away", [.address: servers[index].address.text, .reason: reason])
    }

    private var now: Duration { start.duration(to: clock.now) }

    private func sleep(until time: Duration) async throws {
        do { try await clock.sleep(until: start.advanced(by: time)) } catch {
            throw InferenceError(.unavailable, "the wait for a model server was cancelled")
        }
    }

    private func unavailable() -> InferenceError {
        InferenceError(.unavailable, "no model server is ready (\(reasons))")
    }

    private func overloaded() -> InferenceError {
        InferenceError(.overloaded, "every model server has too much to do (\(reasons))")
    }

    private var reasons: String {
        balance.withLock { balance in
            servers.indices.map { "\(servers[$0].address): \(balance.reason($0))" }.joined(separator: "; ")
        }
    }
}
