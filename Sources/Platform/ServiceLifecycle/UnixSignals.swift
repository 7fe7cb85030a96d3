import Dispatch
import Foundation
import Synchronization

/// Turns SIGTERM and SIGINT into a wish to stop. A second signal ends the process at once.
package final class UnixSignals: @unchecked Sendable {
    // Sendable because the sources are only kept, never touched, after `init`.
    private let signals: AsyncStream<Int32>
    /// Kept so that they stay alive.
    private let sources: [any DispatchSourceSignal]

    package init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        signals = stream
        let count = SignalCount()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if count.next() > 1 { _exit(128 + number) }
                continuation.yield(number)
            }
            source.resume()
            return source
        }
    }

    /// Returns when the first signal arrives.
    package func wait() async {
        for await _ in signals { return }
    }
}

private final class SignalCount: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
