import Messaging
import Metrics
import ObjectStorage

/// The depth of the queues and the room for pictures as gauges of `/metrics`.
struct SystemMetrics: Sendable {
    let queues: [any WorkQueue]
    let store: any ObjectStore
    let metrics: MetricsRegistry

    /// Keeps the last values of what cannot answer; `/readyz` tells of that.
    func refresh() async {
        for queue in queues {
            guard let depth = try? await queue.depth() else { continue }
            for (state, count) in [("ready", depth.ready), ("in_flight", depth.inFlight), ("dead", depth.dead)] {
                metrics.gauge(
                    "maskwatch_queue_depth", help: "Messages by queue and state.",
                    labels: ["queue": queue.name, "state": state]
                ).set(Double(count))
            }
        }
        guard let usage = try? await store.usage() else { return }
        metrics.gauge("maskwatch_storage_bytes", help: "Bytes of stored pictures.").set(Double(usage.usedBytes))
        metrics.gauge("maskwatch_storage_free_bytes", help: "Bytes that pictures may still take.")
            .set(Double(usage.freeBytes))
    }
}
