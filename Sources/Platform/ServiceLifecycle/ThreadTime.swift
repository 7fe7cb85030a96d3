import Glibc

/// Measures the processor time of the current thread from its creation on. To be used on one thread.
package struct ThreadTime {
    private let start = Self.now

    package init() {}

    /// Seconds of processor time since creation.
    package var seconds: Double { Self.now - start }

    private static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
