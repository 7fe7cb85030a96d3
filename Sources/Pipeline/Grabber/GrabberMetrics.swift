import Domain
import Metrics

/// What one camera counts (names of CONVENTIONS.md, section 8).
struct GrabberMetrics: Sendable {
    /// How an attempt to take a picture ended.
    enum Result: String, CaseIterable {
        case ok, timeout, auth, corrupt, rejected, storage, skipped, failed
    }

    private let registry: MetricsRegistry
    private let camera: String
    let isUp: Gauge
    let lastSnapshot: Gauge
    let grabDuration: Histogram
    let processorTime: Counter

    init(registry: MetricsRegistry, camera: CameraID) {
        self.registry = registry
        self.camera = camera.description
        let labels = ["camera": camera.description]
        isUp = registry.gauge("maskwatch_camera_up", help: "Whether the camera is online.", labels: labels)
        lastSnapshot = registry.gauge(
            "maskwatch_camera_last_snapshot_timestamp_seconds", help: "When the newest picture was taken.",
            labels: labels)
        grabDuration = registry.histogram(
            "maskwatch_grab_duration_seconds", help: "From the time a picture was due to its announcement.")
        processorTime = registry.counter(
            "maskwatch_grab_cpu_seconds_total", help: "Processor time for decoding, checking and encoding pictures.")
    }

    func count(_ result: Result, by amount: Int = 1) {
        registry.counter(
            "maskwatch_snapshots_total", help: "Attempts to take a picture, by how they ended.",
            labels: ["camera": camera, "result": result.rawValue]
        ).increment(by: amount)
    }

    func countReconnect(_ reason: CameraFailure.Code) {
        registry.counter(
            "maskwatch_camera_reconnects_total", help: "Sessions that ended or could not be opened, by reason.",
            labels: ["camera": camera, "reason": reason.rawValue]
        ).increment()
    }

    /// The camera is gone: its series end.
    func remove() {
        let labels = ["camera": camera]
        registry.remove("maskwatch_camera_up", labels: labels)
        registry.remove("maskwatch_camera_last_snapshot_timestamp_seconds", labels: labels)
        for result in Result.allCases {
            registry.remove(
                "maskwatch_snapshots_total", labels: ["camera": camera, "result": result.rawValue])
        }
        for reason in CameraFailure.Code.allCases {
            registry.remove(
                "maskwatch_camera_reconnects_total", labels: ["camera": camera, "reason": reason.rawValue])
        }
    }
}

extension GrabberMetrics.Result {
    init(_ failure: CameraFailure) {
        self =
            switch failure.code {
            case .timeout, .noKeyFrame: .timeout
            case .unauthorized: .auth
            case .corrupt: .corrupt
            case .storage, .queueFull: .storage
            case .rejected: .rejected
            case .late: .skipped
            default: .failed
            }
    }
}
