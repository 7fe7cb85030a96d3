import Foundation
import Synchronization

/// The counters of one model, in the form of the statistics extension of the Open Inference Protocol.
package final class ModelStatistics: Sendable {
    /// A number of events and their time.
    struct Total: Encodable {
        var count = 0
        var ns = 0

        mutating func add(_ duration: Duration) {
            count += 1
            ns += Int(duration / .nanoseconds(1))
        }
    }

    struct BatchTotal: Encodable {
        let batchSize: Int
        var computeInfer: Total

        enum CodingKeys: String, CodingKey {
            case batchSize = "batch_size"
            case computeInfer = "compute_infer"
        }
    }

    struct Counts {
        var inferences = 0
        var executions = 0
        var lastInference = 0
        var success = Total()
        var fail = Total()
        var queue = Total()
        var compute = Total()
        var rejected = 0
        var batches: [Int: Total] = [:]
    }

    private let counts = Mutex(Counts())

    package init() {}

    func read() -> Counts { counts.withLock { $0 } }

    func succeed(rows: Int, queue: Duration, compute: Duration) {
        counts.withLock {
            $0.inferences += rows
            $0.success.add(queue + compute)
            $0.queue.add(queue)
            $0.compute.add(compute)
            $0.lastInference = Int(Date().timeIntervalSince1970 * 1000)
        }
    }

    func execute(rows: Int, compute: Duration) {
        counts.withLock {
            $0.executions += 1
            $0.batches[rows, default: Total()].add(compute)
        }
    }

    func fail() { counts.withLock { $0.fail.add(.zero) } }

    func reject() { counts.withLock { $0.rejected += 1 } }
}
