import ServiceLifecycle

/// Decides which of several servers gets the next request: of those that are in, the one with the fewest requests under
/// way. A server that fails leaves, and comes in again once a probe finds it ready; the time until it may be probed doubles
/// with every failure since it last answered a request. One that is busy stays in and gets nothing for a while.
///
/// Every server starts outside and may be probed at once. Times count from any fixed moment.
struct ServerBalance: Sendable {
    enum Choice: Hashable, Sendable {
        /// Counts as under way until `answered`, `refused` or `failed` is told.
        case send(to: Int)
        /// The server is to be asked whether it is ready, then `ready` or `failed` is told.
        case probe(Int)
        /// Servers are in, but all are busy until then.
        case wait(until: Duration)
        /// No server is in, and none may be probed before then.
        case away(until: Duration)
    }

    private struct Server {
        var isIn = false
        var isProbed = false
        /// Outside: when it may be probed. Inside: until when it is busy.
        var notBefore = Duration.zero
        var underWay = 0
        /// Since it last answered a request.
        var failures = 0
        /// What it said last, if that was not an answer.
        var reason = "it was not asked yet"
    }

    /// Longest pause that a busy server can ask for.
    static let maximumPause = Duration.seconds(300)

    private let policy: RetryPolicy
    private var servers: [Server]
    /// Where the search begins, so that equals take turns.
    private var turn = 0

    /// - Parameter policy: how long a server that failed stays outside, and one that is busy without saying for how long.
    init(count: Int, policy: RetryPolicy) {
        precondition(count > 0)
        self.policy = policy
        servers = Array(repeating: Server(), count: count)
    }

    /// - Parameter tried: servers that failed this request already; they do not get it again.
    mutating func choose(at now: Duration, except tried: Set<Int> = []) -> Choice {
        let candidates = servers.indices.filter { !tried.contains($0) }
        let inside = candidates.filter { servers[$0].isIn }
        if let due = candidates.first(where: { isDue($0, now, alone: inside.isEmpty) }) {
            servers[due].isProbed = true
            return .probe(due)
        }
        let order = inside.filter { servers[$0].notBefore <= now }.sorted { rank($0) < rank($1) }
        if let best = order.first {
            servers[best].underWay += 1
            turn = best + 1
            return .send(to: best)
        }
        if let free = inside.map({ servers[$0].notBefore }).min() { return .wait(until: free) }
        return .away(until: candidates.map { servers[$0].notBefore }.min() ?? now)
    }

    /// - Returns: whether this is news: it was outside.
    @discardableResult
    mutating func ready(_ index: Int, at now: Duration) -> Bool {
        servers[index].isProbed = false
        guard !servers[index].isIn else { return false }
        servers[index].isIn = true
        servers[index].notBefore = now
        return true
    }

    mutating func answered(_ index: Int) {
        servers[index].underWay -= 1
        servers[index].failures = 0
    }

    /// A server that has too much to do.
    /// - Parameters:
    ///   - pause: as it asked for (`Retry-After`).
    ///   - random: drawn from 0..<1.
    mutating func refused(_ index: Int, at now: Duration, pause: Duration?, reason: String, random: Double) {
        servers[index].underWay -= 1
        servers[index].failures += 1
        let own = policy.delay(attempt: servers[index].failures, random: random)
        let length = max(own, min(pause ?? .zero, Self.maximumPause))
        servers[index].notBefore = max(servers[index].notBefore, now + length)
        servers[index].reason = reason
    }

    /// - Parameters:
    ///   - wasProbe: whether it failed a probe; otherwise a request.
    ///   - random: drawn from 0..<1.
    /// - Returns: whether this is news: it was in, or never seen.
    @discardableResult
    mutating func failed(
        _ index: Int, at now: Duration, wasProbe: Bool, reason: String, random: Double
    ) -> Bool {
        let isNews = servers[index].isIn || servers[index].failures == 0
        if wasProbe { servers[index].isProbed = false } else { servers[index].underWay -= 1 }
        servers[index].reason = reason
        // Requests that fail together are one failure.
        guard servers[index].isIn || servers[index].notBefore <= now else { return false }
        servers[index].isIn = false
        servers[index].failures += 1
        servers[index].notBefore = now + policy.delay(attempt: servers[index].failures, random: random)
        return isNews
    }

    /// A request was given up, by no fault of the server.
    mutating func abandoned(_ index: Int) { servers[index].underWay -= 1 }

    mutating func abandonedProbe(_ index: Int) { servers[index].isProbed = false }

    func underWay(_ index: Int) -> Int { servers[index].underWay }
    func isIn(_ index: Int) -> Bool { servers[index].isIn }
    func reason(_ index: Int) -> String { servers[index].reason }

    /// One request at a time probes a server, unless there is nothing else that it could do.
    private func isDue(_ index: Int, _ now: Duration, alone: Bool) -> Bool {
        let server = servers[index]
        return !server.isIn && server.notBefore <= now && (alone || !server.isProbed)
    }

    private func rank(_ index: Int) -> (Int, Int) {
        let count = servers.count
        return (servers[index].underWay, (index - turn % count + count) % count)
    }
}
