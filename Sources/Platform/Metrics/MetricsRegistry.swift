import Synchronization

/// The metrics of one process, written as Prometheus text (exposition format 0.0.4).
package final class MetricsRegistry: Sendable {
    private let families = Mutex<[String: Family]>([:])
    private let refreshers = Mutex<[@Sendable () -> Void]>([])

    package init() {}

    /// Runs `refresh` each time before the metrics are written, for values that are cheap to read and change all the time.
    package func beforeScrape(_ refresh: @escaping @Sendable () -> Void) {
        refreshers.withLock { $0.append(refresh) }
    }

    /// A number that only grows. Its name ends in `_total`.
    package func counter(_ name: String, help: String, labels: [String: String] = [:]) -> Counter {
        Counter(cell: cell(name, help, .counter, labels, bounds: []))
    }

    /// A number that goes up and down.
    package func gauge(_ name: String, help: String, labels: [String: String] = [:]) -> Gauge {
        Gauge(cell: cell(name, help, .gauge, labels, bounds: []))
    }

    /// Counts of values by upper bound, ascending.
    package func histogram(
        _ name: String, help: String, labels: [String: String] = [:], bounds: [Double] = Histogram.secondBounds
    ) -> Histogram {
        Histogram(cell: cell(name, help, .histogram, labels, bounds: bounds))
    }

    /// Forgets one labelled series, for example of a camera that was removed.
    package func remove(_ name: String, labels: [String: String]) {
        families.withLock { _ = $0[name]?.cells.removeValue(forKey: PrometheusText.labels(labels)) }
    }

    /// Everything as Prometheus text; ends with a newline.
    package func prometheusText() -> String {
        refreshers.withLock { $0 }.forEach { $0() }
        return families.withLock { families in
            families.sorted { $0.key < $1.key }.map { PrometheusText.family($0.key, $0.value) }.joined()
        }
    }

    private func cell(
        _ name: String, _ help: String, _ kind: Family.Kind, _ labels: [String: String], bounds: [Double]
    ) -> MetricCell {
        families.withLock { families in
            let key = PrometheusText.labels(labels)
            if let cell = families[name]?.cells[key] { return cell }
            let cell = MetricCell(bounds: bounds)
            families[name, default: Family(kind: kind, help: help)].cells[key] = cell
            return cell
        }
    }
}

/// All series of one metric name.
struct Family {
    enum Kind: String { case counter, gauge, histogram }
    let kind: Kind
    let help: String
    var cells: [String: MetricCell] = [:]
}
