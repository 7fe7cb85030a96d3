import Dispatch
import Synchronization

/// Tells libav when to give up: libav asks before and during every wait on the network.
final class InterruptDeadline: Sendable {
    /// Nanoseconds of uptime; 0 means stop at once.
    private let deadline = Atomic<UInt64>(.max)
    private let isCancelled = Atomic<Bool>(false)

    /// What begins now must be done in so many seconds.
    func allow(seconds: Double) {
        let nanoseconds = UInt64(max(0, min(seconds, 86_400)) * 1e9)
        deadline.store(DispatchTime.now().uptimeNanoseconds + nanoseconds, ordering: .relaxed)
    }

    /// From now on every call gives up at once.
    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Lets the farewell to the camera through after `cancel`.
    func allowFarewell(seconds: Double) {
        isCancelled.store(false, ordering: .relaxed)
        allow(seconds: seconds)
    }

    var shouldStop: Bool {
        isCancelled.load(ordering: .relaxed)
            || DispatchTime.now().uptimeNanoseconds >= deadline.load(ordering: .relaxed)
    }
}
