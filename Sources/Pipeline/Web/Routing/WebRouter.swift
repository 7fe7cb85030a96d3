import HTTPServer
import HTTPTypes
import Logging

/// Puts the route table behind the gate.
enum WebRouter {
    static func make(_ routes: [Route], gate: Gate, dependencies: WebDependencies) -> Router {
        let logger = dependencies.logger
        var router = Router(
            metrics: dependencies.metrics, logger: logger,
            failure: { status, detail in finished(Problem(status, detail).response) })
        for route in routes {
            router.on(route.method, route.path, bodyLimit: route.bodyLimit) { request in
                finished(await answer(request, by: route, gate: gate, logger: logger))
            }
        }
        var health = Router()
        HealthRoutes(checks: dependencies.healthChecks, metrics: dependencies.metrics).add(to: &health)
        router.mount(health) { handler in { finished(try await handler($0)) } }
        return router
    }

    private static func answer(
        _ request: HTTPRequest, by route: Route, gate: Gate, logger: Logger
    ) async -> HTTPResponse {
        do {
            return try await route.handler(try await gate.admit(request, to: route.access))
        } catch {
            if let problem = Problem(error) { return problem.response }
            logger.error(
                "a request failed", [.address: "\(route.method) \(route.path)", .error: "\(error)"])
            return Problem(.internalServerError, "The server could not do this; its log says why.").response
        }
    }

    private static func finished(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        SecurityHeaders.add(to: &response)
        return response
    }
}
