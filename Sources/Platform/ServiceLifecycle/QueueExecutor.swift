import Dispatch

/// Runs an actor, or single blocking calls, on a thread of its own, so that C libraries that block never hold a thread
/// of the cooperative pool.
package final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.async { unsafe job.runSynchronously(on: executor) }
    }

    /// Runs a blocking call and gives its result back to the caller's executor.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Runs a blocking call some time later, after those submitted before.
    package func submit(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }
}
