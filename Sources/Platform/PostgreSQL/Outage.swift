import ServiceLifecycle

/// Whether and when the next connection may be tried: after failures with growing pauses, one attempt at a time, so that a
/// server that comes back is not run over. Pure: the time is passed in.
struct Outage: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Decision: Equatable {
        case connect
        case wait(until: Instant)
        case fail(PostgreSQLError)
    }

    private let policy: RetryPolicy
    private var failures = 0
    private var nextAttempt = Instant.now
    private(set) var since: Instant?
    private(set) var lastError: PostgreSQLError?

    init(policy: RetryPolicy = RetryPolicy(initial: .milliseconds(100), maximum: .seconds(5))) {
        self.policy = policy
    }

    /// - Parameter deadline: until when the caller is willing to wait.
    mutating func decide(at now: Instant, deadline: Instant) -> Decision {
        guard let lastError else { return .connect }
        if now >= nextAttempt {
            nextAttempt = now + policy.delay(attempt: failures + 1, random: 1)
            return .connect
        }
        return nextAttempt < deadline ? .wait(until: nextAttempt) : .fail(lastError)
    }

    /// - Parameter random: drawn from 0..<1.
    mutating func failed(_ error: PostgreSQLError, at now: Instant, random: Double = .random(in: 0..<1)) {
        failures += 1
        since = since ?? now
        lastError = error
        nextAttempt = now + policy.delay(attempt: failures, random: random)
    }

    mutating func ended() { self = Outage(policy: policy) }
}
