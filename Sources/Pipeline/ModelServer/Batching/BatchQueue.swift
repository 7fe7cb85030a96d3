/// How batches form.
package struct BatchLimits: Hashable, Sendable {
    /// Most rows in one batch. A single request with more rows runs alone.
    package var maximumBatchSize: Int
    /// Sizes at which a batch starts at once, ascending; without one a batch waits for its delay or its maximum.
    package var preferredSizes: [Int]
    /// Seconds a batch may wait for more.
    package var maximumDelay: Double
    /// Most waiting requests.
    package var maximumQueueLength: Int

    package init(
        maximumBatchSize: Int = 8, preferredSizes: [Int] = [], maximumDelay: Double = 0.002,
        maximumQueueLength: Int = 256
    ) {
        self.maximumBatchSize = maximumBatchSize
        self.preferredSizes = preferredSizes
        self.maximumDelay = maximumDelay
        self.maximumQueueLength = maximumQueueLength
    }
}

/// Requests in the order of their arrival, and the decision which of them run together next. Times are seconds of any clock
/// that never goes back.
package struct BatchQueue<Shape: Hashable> {
    package struct Entry {
        package let id: Int
        package let rows: Int
        package let shape: Shape
        package let arrivedAt: Double
        /// The caller does not wait longer.
        package let deadline: Double?

        package init(id: Int, rows: Int, shape: Shape, arrivedAt: Double, deadline: Double?) {
            self.id = id
            self.rows = rows
            self.shape = shape
            self.arrivedAt = arrivedAt
            self.deadline = deadline
        }
    }

    package enum Decision: Equatable {
        /// Run these together, in this order.
        case run([Int])
        /// Nothing is ready before this time.
        case wait(until: Double)
        case idle
    }

    private let limits: BatchLimits
    private var entries: [Entry] = []

    package init(limits: BatchLimits) { self.limits = limits }

    package var count: Int { entries.count }

    /// When the first of those that wait does so no longer.
    package var nextDeadline: Double? { entries.compactMap(\.deadline).min() }

    /// False if the queue is full.
    package mutating func add(_ entry: Entry) -> Bool {
        guard entries.count < limits.maximumQueueLength else { return false }
        entries.append(entry)
        return true
    }

    /// Takes out those whose callers do not wait any more.
    package mutating func removeExpired(at now: Double) -> [Int] {
        let expired = entries.filter { $0.deadline.map { $0 <= now } ?? false }.map(\.id)
        if !expired.isEmpty { entries.removeAll { expired.contains($0.id) } }
        return expired
    }

    /// The oldest request decides the shape; requests of that shape join it in the order of their arrival.
    package mutating func next(at now: Double) -> Decision {
        guard let oldest = entries.first else { return .idle }
        let batch = candidates(like: oldest)
        let rows = batch.reduce(0) { $0 + $1.rows }
        let isComplete = rows >= limits.maximumBatchSize || limits.preferredSizes.contains(rows)
        guard isComplete || oldest.arrivedAt + limits.maximumDelay <= now else {
            return .wait(until: min(oldest.arrivedAt + limits.maximumDelay, nextDeadline ?? .infinity))
        }
        let ids = batch.map(\.id)
        entries.removeAll { ids.contains($0.id) }
        return .run(ids)
    }

    /// As many rows as fit; stops at the first that does not, so that no request is overtaken by a later one of its shape.
    private func candidates(like oldest: Entry) -> [Entry] {
        var rows = 0
        var batch: [Entry] = []
        for entry in entries where entry.shape == oldest.shape {
            guard batch.isEmpty || rows + entry.rows <= limits.maximumBatchSize else { break }
            rows += entry.rows
            batch.append(entry)
        }
        return batch
    }
}
