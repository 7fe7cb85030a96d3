package import Logging

/// Runs services together. They start in the order given and stop in the opposite order, each waiting for the one
/// before it: a stage stops before the queue it reads is closed.
package struct ServiceGroup: Sendable {
    private let services: [any Service]
    private let gracePeriod: Duration
    private let logger: Logger

    /// - Parameter gracePeriod: how long one service may take to stop before the others are stopped regardless.
    package init(services: [any Service], gracePeriod: Duration = .seconds(10), logger: Logger) {
        self.services = services
        self.gracePeriod = gracePeriod
        self.logger = logger
    }

    /// Runs until the task is cancelled, a stop is asked for through `stop`, or a service ends.
    /// - Parameter stop: finishes when the process should stop; see `UnixSignals`.
    /// - Throws: what the first failing service threw.
    package func run(until stop: @escaping @Sendable () async -> Void) async throws {
        let tasks = services.map { service in Task { try await service.run() } }
        let ended = await firstEnd(of: tasks, or: stop)
        for (service, task) in zip(services, tasks).reversed() {
            task.cancel()
            if await !finishes(task, within: gracePeriod) {
                logger.warning("service did not stop in time", [.role: service.name])
            }
        }
        if case .failed(let name, let error) = ended {
            logger.error("service failed", [.role: name, .error: "\(error)"])
            throw error
        }
    }

    private enum End: Sendable {
        case asked
        case failed(String, any Error)
    }

    private func firstEnd(of tasks: [Task<Void, any Error>], or stop: @escaping @Sendable () async -> Void) async -> End
    {
        let (ends, continuation) = AsyncStream.makeStream(of: End.self)
        let watchers = zip(services, tasks).map { service, task in
            Task {
                do {
                    try await task.value
                    continuation.yield(task.isCancelled ? .asked : .failed(service.name, ServiceEndedError()))
                } catch { continuation.yield(.failed(service.name, error)) }
            }
        }
        let stopper = Task {
            await stop()
            continuation.yield(.asked)
        }
        defer {
            stopper.cancel()
            watchers.forEach { $0.cancel() }
        }
        var iterator = ends.makeAsyncIterator()
        return await iterator.next() ?? .asked
    }

    private func finishes(_ task: Task<Void, any Error>, within limit: Duration) async -> Bool {
        let (ends, continuation) = AsyncStream.makeStream(of: Bool.self)
        let timer = Task {
            try? await Task.sleep(for: limit)
            continuation.yield(false)
        }
        let watcher = Task {
            _ = await task.result
            continuation.yield(true)
        }
        defer {
            timer.cancel()
            watcher.cancel()
        }
        var iterator = ends.makeAsyncIterator()
        return await iterator.next() ?? true
    }
}

/// A service returned although nobody had asked it to stop.
package struct ServiceEndedError: Error, CustomStringConvertible {
    package let description = "the service ended although nobody had asked it to stop"
}
