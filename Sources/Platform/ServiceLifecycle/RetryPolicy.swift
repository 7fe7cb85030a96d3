/// Exponential back-off with jitter: the n-th delay is drawn evenly from the upper half of
/// `min(maximum, initial * 2^(n-1))`.
package struct RetryPolicy: Sendable {
    package var initial: Duration
    package var maximum: Duration

    package init(initial: Duration = .seconds(1), maximum: Duration = .seconds(60)) {
        self.initial = initial
        self.maximum = maximum
    }

    /// - Parameters:
    ///   - attempt: 1 for the first retry.
    ///   - random: drawn from 0..<1.
    package func delay(attempt: Int, random: Double = .random(in: 0..<1)) -> Duration {
        let doublings = min(max(attempt, 1) - 1, 30)
        let ceiling = min(maximum, initial * (1 << doublings))
        return ceiling / 2 + (ceiling / 2) * random
    }
}
