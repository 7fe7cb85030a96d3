import HTTPTypes
import Synchronization

/// What the callbacks of the daemon and the service share: limits, open connections, requests in hand.
final class ServerCore: Sendable {
    let options: HTTPListenerOptions
    let bodyLimit: @Sendable (HTTPRequest) -> Int?
    let failure: Router.FailureHandler
    let connections = ConnectionTable()
    private let exchanges: AsyncStream<Exchange>.Continuation
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var bodyBytes = 0
        var inHand: [ObjectIdentifier: Exchange] = [:]
    }

    init(
        options: HTTPListenerOptions, bodyLimit: @escaping @Sendable (HTTPRequest) -> Int?,
        failure: @escaping Router.FailureHandler, exchanges: AsyncStream<Exchange>.Continuation
    ) {
        self.options = options
        self.bodyLimit = bodyLimit
        self.failure = failure
        self.exchanges = exchanges
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: requests

    func insert(_ exchange: Exchange) { state.withLock { $0.inHand[ObjectIdentifier(exchange)] = exchange } }

    func remove(_ exchange: Exchange) {
        state.withLock { _ = $0.inHand.removeValue(forKey: ObjectIdentifier(exchange)) }
    }

    /// Hands a complete request to the handler.
    func submit(_ exchange: Exchange) { exchanges.yield(exchange) }

    /// False if all requests together hold too much already.
    func reserveBody(_ bytes: Int) -> Bool {
        state.withLock { state in
            guard state.bodyBytes + bytes <= options.maximumBodies else { return false }
            state.bodyBytes += bytes
            return true
        }
    }

    func releaseBody(_ bytes: Int) { state.withLock { $0.bodyBytes -= bytes } }

    // MARK: time

    /// Once a second: cuts off clients that are too slow, and greets silent event streams.
    func sweepUntilCancelled() async {
        let period = min(.seconds(1), options.pingInterval / 4, options.requestTimeout / 4)
        while (try? await Task.sleep(for: period)) != nil {
            let now = ContinuousClock.now
            connections.shutDownLost(at: now)
            for exchange in snapshot() { exchange.ping(at: now, after: options.pingInterval) }
        }
    }

    /// Until when a client must have sent, or taken, so many bytes.
    func deadline(forBytes bytes: Int, from now: ContinuousClock.Instant = .now) -> ContinuousClock.Instant {
        now.advanced(by: options.requestTimeout + time(forBytes: bytes))
    }

    func time(forBytes bytes: Int) -> Duration { .seconds(Double(bytes) / Double(options.minimumRate)) }

    // MARK: stopping

    /// From now on new requests are answered with 503 and streams end.
    func beginStopping() {
        state.withLock { $0.isStopping = true }
        for exchange in snapshot() { exchange.endStream() }
    }

    /// Whether every request in hand has been answered in time.
    func drains(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while !state.withLock({ $0.inHand.isEmpty }) {
            guard ContinuousClock.now < deadline else { return false }
            await Self.shieldedPause()
        }
        return true
    }

    /// Answers what is still in the hands of a handler: the daemon cannot stop while a connection is suspended.
    func abandonRequests() {
        for exchange in snapshot() { exchange.answer(failure(.serviceUnavailable, "The server is stopping.")) }
    }

    func finish() { exchanges.finish() }

    private func snapshot() -> [Exchange] { state.withLock { Array($0.inHand.values) } }

    /// A pause that a cancelled task can take.
    private static func shieldedPause() async {
        await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
    }
}
