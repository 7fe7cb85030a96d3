import Synchronization

/// The value behind one labelled series.
final class MetricCell: Sendable {
    struct Value {
        var number = 0.0
        var count = 0
        var buckets: [Int]
    }

    let bounds: [Double]
    private let value: Mutex<Value>

    init(bounds: [Double]) {
        self.bounds = bounds
        value = Mutex(Value(buckets: Array(repeating: 0, count: bounds.count)))
    }

    func read() -> Value { value.withLock { $0 } }

    func add(_ amount: Double) { value.withLock { $0.number += amount } }

    func set(_ number: Double) { value.withLock { $0.number = number } }

    func observe(_ sample: Double) {
        let bucket = bounds.firstIndex { sample <= $0 }
        value.withLock {
            $0.number += sample
            $0.count += 1
            if let bucket { $0.buckets[bucket] += 1 }
        }
    }
}

package struct Counter: Sendable {
    let cell: MetricCell

    package func increment(by amount: Int = 1) { cell.add(Double(amount)) }

    /// For totals of seconds.
    /// - Precondition: `amount` is not negative.
    package func increment(by amount: Double) { cell.add(amount) }

    package var value: Int { Int(total) }

    var total: Double { cell.read().number }
}

package struct Gauge: Sendable {
    let cell: MetricCell

    package func set(_ value: Double) { cell.set(value) }

    package func add(_ amount: Double) { cell.add(amount) }

    package var value: Double { cell.read().number }
}

package struct Histogram: Sendable {
    /// From a millisecond to half a minute, for durations in seconds.
    package static let secondBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30]

    let cell: MetricCell

    package func observe(_ value: Double) { cell.observe(value) }

    package func observe(_ duration: Duration) { cell.observe(duration / .seconds(1)) }

    package var count: Int { cell.read().count }
}
