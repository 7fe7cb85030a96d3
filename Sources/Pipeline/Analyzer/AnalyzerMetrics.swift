import Domain
import Metrics

struct AnalyzerMetrics: Sendable {
    let dead: Counter
    let retried: Counter
    private let done: Counter
    private let latency: Histogram
    private let registry: MetricsRegistry

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        func jobs(_ result: String) -> Counter {
            registry.counter(
                "maskwatch_jobs_total", help: "Jobs finished, by stage and result",
                labels: ["stage": "analyzer", "result": result])
        }
        dead = jobs("dead")
        retried = jobs("retry")
        done = jobs("ok")
        latency = registry.histogram(
            "maskwatch_pipeline_latency_seconds", help: "From taking a picture to the decision on it")
    }

    func count(_ observation: Observation, delay: Double) {
        done.increment()
        latency.observe(max(0, delay))
        for state in MaskState.allCases {
            let count = observation.count(of: state)
            guard count > 0 else { continue }
            registry.counter(
                "maskwatch_faces_total", help: "Faces seen, by camera and mask state",
                labels: ["camera": observation.cameraID.description, "class": Self.label(state)]
            ).increment(by: count)
        }
    }

    private static func label(_ state: MaskState) -> String {
        switch state {
        case .wornCorrectly: "correct"
        case .wornIncorrectly: "incorrect"
        case .without: "none"
        case .unknown: "unknown"
        }
    }
}
