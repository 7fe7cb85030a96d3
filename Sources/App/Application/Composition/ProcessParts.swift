import HTTPServer
import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// What a process has once, whatever it does.
struct ProcessParts: Sendable {
    let role: String
    let logger: Logger
    let metrics: MetricsRegistry
    let draining = Draining()

    /// - Parameter role: `up`, or the role that the process has.
    /// - Throws: `ConfigurationError`.
    init(_ configuration: AppConfiguration, role: String) throws {
        self.role = role
        logger = try configuration.logger()
        metrics = MetricsRegistry()
        ProcessMetrics.add(to: metrics)
        let labels = ["version": Version.number, "role": role]
        metrics.gauge("maskwatch_build_info", help: "The program.", labels: labels).set(1)
    }

    /// Not ready any more once the process was told to stop, so that a balancer sends nothing new.
    var healthCheck: HealthCheck {
        HealthCheck("process") { [draining] in
            if draining.hasBegun { throw CommandFailure("the process is stopping") }
        }
    }

    /// Runs the services, in the order in which they start, until a signal says stop.
    /// - Throws: what the first failing service threw.
    func run(_ services: [any Service], until signals: UnixSignals) async throws {
        try await ServiceGroup(services: services, logger: logger).run { [draining] in
            await signals.wait()
            draining.begin()
        }
    }
}

/// Whether the process was told to stop.
final class Draining: Sendable {
    private let flag = Atomic(false)

    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    func begin() { flag.store(true, ordering: .relaxed) }
}
