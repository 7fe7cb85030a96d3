import Foundation
package import Metrics
import Synchronization

/// The counters of one version of a model, in the form of the statistics extension of the Open Inference Protocol; what is
/// counted is also shown in the metrics of the process.
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
        var batches: [Int: Total] = [:]
    }

    private let counts = Mutex(Counts())
    private let metrics: InferenceMetrics

    /// - Parameter model: the name under which the metrics show it.
    package init(model: String = "", metrics: MetricsRegistry = MetricsRegistry()) {
        self.metrics = InferenceMetrics(model: model, registry: metrics)
    }

    func read() -> Counts { counts.withLock { $0 } }

    func succeed(rows: Int, queue: Duration, compute: Duration) {
        counts.withLock {
            $0.inferences += rows
            $0.success.add(queue + compute)
            $0.queue.add(queue)
            $0.compute.add(compute)
            $0.lastInference = Int(Date().timeIntervalSince1970 * 1000)
        }
        metrics.succeed(queue: queue, compute: compute)
    }

    func execute(rows: Int, compute: Duration) {
        counts.withLock {
            $0.executions += 1
            $0.batches[rows, default: Total()].add(compute)
        }
        metrics.execute(rows: rows)
    }

    /// - Parameter time: since the request came.
    func fail(after time: Duration) {
        counts.withLock { $0.fail.add(time) }
        metrics.fail()
    }

    /// The queue was full, or the request waited longer than its caller.
    func reject(after time: Duration) {
        counts.withLock { $0.fail.add(time) }
        metrics.reject()
    }
}

/// The series of one model.
private struct InferenceMetrics {
    private let results: [Result: Counter]
    private let batchSize: Histogram
    private let queue: Histogram
    private let compute: Histogram

    private enum Result: String, CaseIterable { case ok, failed, rejected }

    init(model: String, registry: MetricsRegistry) {
        results = Dictionary(
            uniqueKeysWithValues: Result.allCases.map { result in
                let counter = registry.counter(
                    "maskwatch_inference_requests_total", help: "Inference requests, by model and result.",
                    labels: ["model": model, "result": result.rawValue])
                return (result, counter)
            })
        batchSize = registry.histogram(
            "maskwatch_inference_batch_size", help: "Rows that ran together.", labels: ["model": model],
            bounds: [1, 2, 4, 8, 16, 32, 64])
        func duration(_ stage: String) -> Histogram {
            registry.histogram(
                "maskwatch_inference_duration_seconds", help: "Time of inference requests, by stage.",
                labels: ["model": model, "stage": stage])
        }
        queue = duration("queue")
        compute = duration("compute")
    }

    func succeed(queue: Duration, compute: Duration) {
        results[.ok]?.increment()
        self.queue.observe(queue)
        self.compute.observe(compute)
    }

    func execute(rows: Int) { batchSize.observe(Double(rows)) }
    func fail() { results[.failed]?.increment() }
    func reject() { results[.rejected]?.increment() }
}
