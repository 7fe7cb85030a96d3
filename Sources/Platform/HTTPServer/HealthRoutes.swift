import Foundation
import HTTPTypes
package import Metrics
import ServiceLifecycle

/// One thing a role needs in order to work.
package struct HealthCheck: Sendable {
    package let name: String
    /// Throws what is wrong, in words that may be shown to anyone.
    package let check: @Sendable () async throws -> Void

    package init(_ name: String, _ check: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.check = check
    }
}

/// What every role answers: `/healthz` (the process can answer), `/readyz` (what it needs is there), `/metrics`.
package struct HealthRoutes: Sendable {
    private let checks: [HealthCheck]
    private let metrics: MetricsRegistry
    private let limit: Duration

    /// - Parameter limit: how long one check may take before it counts as failed.
    package init(checks: [HealthCheck], metrics: MetricsRegistry, limit: Duration = .seconds(3)) {
        self.checks = checks
        self.metrics = metrics
        self.limit = limit
    }

    package func add(to router: inout Router) {
        router.get("/healthz") { _ in .text("ok\n") }
        router.get("/readyz") { _ in await readiness() }
        router.get("/metrics") { _ in
            .data(Data(metrics.prometheusText().utf8), contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    private struct Report: Encodable {
        let status: String
        let checks: [String: String]
    }

    private func readiness() async -> HTTPResponse {
        let results = await withTaskGroup(of: (String, String).self) { group in
            for check in checks { group.addTask { (check.name, await result(of: check)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let isReady = results.values.allSatisfy { $0 == "ok" }
        let report = Report(status: isReady ? "ok" : "unavailable", checks: results)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let body = (try? encoder.encode(report)) ?? Data()
        return .data(body, contentType: "application/json", status: isReady ? .ok : .serviceUnavailable)
    }

    private func result(of check: HealthCheck) async -> String {
        do {
            try await withDeadline(limit) { try await check.check() }
            return "ok"
        } catch { return "\(error)" }
    }
}
