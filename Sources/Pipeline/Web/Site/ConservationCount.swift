import Messaging

/// Where every picture that was taken is: taken = observed + failed + in flight + expired (DESIGN.md).
struct ConservationCount: Hashable, Sendable, Encodable {
    let taken: Int
    let observed: Int
    let failed: Int
    let inFlight: Int
    let expired: Int

    struct Queue: Sendable {
        let depth: QueueDepth
        let totals: QueueTotals?
    }

    /// - Parameters:
    ///   - queues: `snapshots` first; each later one holds what the one before it led to.
    ///   - observed: how many observations were ever recorded.
    init(queues: [Queue], observed: Int) {
        self.observed = observed
        inFlight = queues.reduce(0) { $0 + $1.depth.ready + $1.depth.inFlight }
        failed = queues.reduce(0) { $0 + ($1.totals?.failed ?? $1.depth.dead) }
        expired = queues.reduce(0) { $0 + ($1.totals?.expired ?? 0) }
        taken = queues.first?.totals?.published ?? (observed + failed + inFlight + expired)
    }

    var isExact: Bool { taken == observed + failed + inFlight + expired }
}
