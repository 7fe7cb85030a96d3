import Metrics
import Vision

struct ProcessorMetrics: Sendable {
    let done: Counter
    let retried: Counter
    let dead: Counter
    let expired: Counter
    let pauses: Counter
    let batchSize: Histogram
    private let decode: Histogram
    private let detect: Histogram
    private let classify: Histogram

    init(_ registry: MetricsRegistry) {
        func jobs(_ result: String) -> Counter {
            registry.counter(
                "maskwatch_jobs_total", help: "Jobs finished, by stage and result",
                labels: ["stage": "processor", "result": result])
        }
        func seconds(_ step: String) -> Histogram {
            registry.histogram(
                "maskwatch_analysis_duration_seconds", help: "Time spent on a picture, by step",
                labels: ["step": step])
        }
        done = jobs("ok")
        retried = jobs("retry")
        dead = jobs("dead")
        expired = jobs("expired")
        pauses = registry.counter(
            "maskwatch_processor_pauses_total", help: "Times the processor waited for a model, a store or a queue")
        batchSize = registry.histogram(
            "maskwatch_processor_batch_size", help: "Pictures analysed together", bounds: [1, 2, 4, 8, 16, 32])
        decode = seconds("decode")
        detect = seconds("detect")
        classify = seconds("classify")
    }

    func observe(_ timings: PictureAnalysis.Timings) {
        decode.observe(timings.decode / 1000)
        detect.observe(timings.detect / 1000)
        classify.observe(timings.classify / 1000)
    }
}
