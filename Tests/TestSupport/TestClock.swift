package import Foundation
import Synchronization

/// A clock that a test sets.
package final class TestClock: Sendable {
    private let time: Mutex<Date>

    package init(_ start: Date = Date(timeIntervalSince1970: 1_790_000_000)) { time = Mutex(start) }

    package var now: Date { time.withLock { $0 } }

    package func advance(by seconds: Double) { time.withLock { $0 += seconds } }
}
