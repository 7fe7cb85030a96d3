import HTTPServer

extension Pipeline {
    /// The HTTP server of a role without pages: `/healthz`, `/readyz`, `/metrics`. Several workers of one machine must not
    /// fight for a port: without a setting each takes a free one and says so in its log.
    /// - Throws: `ConfigurationError`.
    func statusListener(checks: [HealthCheck]) throws -> HTTPListener {
        var router = Router(metrics: process.metrics, logger: process.logger)
        HealthRoutes(checks: [process.healthCheck] + checks, metrics: process.metrics).add(to: &router)
        return HTTPListener(options: try configuration.listenerOptions(port: 0), router: router, logger: process.logger)
    }
}
