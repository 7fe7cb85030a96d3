import HTTPTypes
import Metrics

/// Counts and times requests by route pattern: the number of series is bounded by the number of routes.
struct RequestMetrics: Sendable {
    private let registry: MetricsRegistry

    init(_ registry: MetricsRegistry) { self.registry = registry }

    func record(method: HTTPMethod, route: String, status: HTTPStatus, duration: Duration) {
        registry.counter(
            "maskwatch_http_requests_total", help: "Requests answered, by route and status class.",
            labels: ["method": Self.label(method), "route": route, "status": status.statusClass]
        ).increment()
        registry.histogram(
            "maskwatch_http_request_duration_seconds", help: "Time until an answer was ready, by route.",
            labels: ["route": route]
        ).observe(duration)
    }

    /// A client may invent methods; the metric must not grow with them.
    private static func label(_ method: HTTPMethod) -> String {
        let known: Set<HTTPMethod> = [.get, .head, .post, .put, .patch, .delete, .options]
        return known.contains(method) ? method.rawValue : "other"
    }
}
