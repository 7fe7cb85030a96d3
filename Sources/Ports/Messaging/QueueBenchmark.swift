import Foundation
import ServiceLifecycle
import Synchronization

/// Measures what two queues in a row carry, as `snapshots` and `observations` do: `bench queue`. A message counts once it
/// was published and confirmed, received, published to the second queue, confirmed and acknowledged, received there and
/// acknowledged.
package struct QueueBenchmark: Sendable {
    /// The middle of several runs; what a machine does besides shows in `slowest` and `fastest`.
    package struct Report: Sendable, Encodable {
        package var adapter: String
        package var picturesPerSecond: Double
        package var slowest: Double
        package var fastest: Double
        package var runs: Int
        package var pictures: Int
        /// Pictures on their way at the same time, at most.
        package var publishers: Int
        package var batch: Int
        package var bytes: Int
        package var cores: Int
    }

    package var runs = 5
    /// Pictures a run.
    package var pictures = 5000
    package var publishers = 64
    /// Messages received together.
    package var batch = 16
    /// Bytes of a body.
    package var bytes = 400

    private static let relays = 4

    package init() {}

    /// - Parameters:
    ///   - first: empty, with room for `pictures` messages, as is `second`.
    ///   - adapter: what the report calls it.
    package func run(_ first: any WorkQueue, _ second: any WorkQueue, adapter: String) async throws -> Report {
        precondition(runs > 0 && pictures > 0 && publishers > 0 && batch > 0)
        // Not counted: connections and files are opened at the first use.
        for queue in [first, second] { try await open(queue) }
        _ = try await pass(first, second, count: min(pictures, 200), name: "warm-up")
        var rates: [Double] = []
        for run in 0..<runs { rates.append(try await pass(first, second, count: pictures, name: "run-\(run)")) }
        rates.sort()
        return Report(
            adapter: adapter, picturesPerSecond: (rates[(runs - 1) / 2] + rates[runs / 2]) / 2, slowest: rates[0],
            fastest: rates[runs - 1], runs: runs, pictures: pictures, publishers: publishers, batch: batch,
            bytes: bytes, cores: ProcessorCores.allowed)
    }

    private func open(_ queue: any WorkQueue) async throws {
        try await queue.publish(QueueMessage(id: UUID().uuidString, body: Data(count: bytes)))
        for delivery in try await queue.receive(atMost: 1, wait: .seconds(30)) { try await queue.acknowledge(delivery) }
    }

    /// Pictures a second.
    private func pass(_ first: any WorkQueue, _ second: any WorkQueue, count: Int, name: String) async throws -> Double
    {
        let (relayed, arrived) = (Tally(of: count), Tally(of: count))
        let (publishers, name) = (min(publishers, count), "\(name)-\(UUID().uuidString)")
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for publisher in 0..<publishers {
                group.addTask {
                    for number in stride(from: publisher, to: count, by: publishers) {
                        try await first.publish(QueueMessage(id: "\(name)-\(number)", body: Data(count: bytes)))
                    }
                }
            }
            for _ in 0..<Self.relays { group.addTask { try await relay(first, second, relayed) } }
            group.addTask { try await drain(second, arrived) }
            try await group.waitForAll()
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private func relay(_ first: any WorkQueue, _ second: any WorkQueue, _ tally: Tally) async throws {
        while !tally.isFull {
            let deliveries = try await first.receive(atMost: batch, wait: .milliseconds(100))
            try await withThrowingTaskGroup { group in
                for delivery in deliveries {
                    group.addTask {
                        try await second.publish(QueueMessage(id: delivery.id, body: delivery.body))
                        try await first.acknowledge(delivery)
                    }
                }
                try await group.waitForAll()
            }
            tally.add(deliveries.count)
        }
    }

    private func drain(_ queue: any WorkQueue, _ tally: Tally) async throws {
        while !tally.isFull {
            let deliveries = try await queue.receive(atMost: batch, wait: .milliseconds(100))
            for delivery in deliveries { try await queue.acknowledge(delivery) }
            tally.add(deliveries.count)
        }
    }
}

/// Counts up to a number, from many tasks.
private final class Tally: Sendable {
    private let goal: Int
    private let count = Mutex(0)

    init(of goal: Int) { self.goal = goal }

    var isFull: Bool { count.withLock { $0 >= goal } }

    func add(_ more: Int) { count.withLock { $0 += more } }
}
