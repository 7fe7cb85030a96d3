import Foundation
import HTTPServer
import HTTPTypes
import Metrics
import Testing

@Suite("Router")
struct RouterTests {
    @Test(
        "finds the most specific route, in whatever order they were added",
        arguments: [
            ("/", "root"), ("/cameras", "all"), ("/cameras/", "all"), ("/cameras/7", "one 7"),
            ("/cameras/probe", "probe"), ("/cameras/7/picture", "picture 7"), ("/assets/a/b.js", "asset a/b.js"),
            ("/assets/app.js", "app"), ("/cameras/a%20b", "one a b"),
        ])
    func find(_ path: String, _ expected: String) async throws {
        #expect(try await body(.get, path) == expected)
    }

    @Test("answers 404 and 405 with what is allowed")
    func refusals() async throws {
        let missing = await router().respond(to: try HTTPRequest(method: .get, path: "/nothing"))
        #expect(missing.status == .notFound)
        let assets = await router().respond(to: try HTTPRequest(method: .get, path: "/assets"))
        #expect(assets.status == .notFound)
        let wrong = await router().respond(to: try HTTPRequest(method: .delete, path: "/cameras/7"))
        #expect(wrong.status == .methodNotAllowed)
        #expect(wrong.headers["Allow"] == "GET, HEAD, PUT")
    }

    @Test("HEAD is GET")
    func head() async throws {
        #expect(try await body(.head, "/cameras") == "all")
    }

    @Test("lists its routes, those of mounted routers under their prefix and behind their middleware")
    func mounting() async throws {
        var outer = Router()
        outer.mount(router(), at: "/api/v1") { handler in
            { request in request.headers["Pass"] == nil ? HTTPResponse(.unauthorized) : try await handler(request) }
        }
        #expect(outer.routes.map { "\($0.method) \($0.path)" }.contains("PUT /api/v1/cameras/{id}"))
        for route in outer.routes {
            let path = route.path.replacing(/\{[a-z.]+\}/, with: "x")
            let closed = await outer.respond(to: try HTTPRequest(method: route.method, path: path))
            #expect(closed.status == .unauthorized)
            let open = await outer.respond(
                to: try HTTPRequest(method: route.method, path: path, headers: ["Pass": "1"]))
            #expect(open.status == .ok)
        }
    }

    @Test("a handler that throws is answered with 500, which tells nothing of the error")
    func errors() async throws {
        struct Secretive: Error { let password = "s3cr3t-CANARY" }
        var router = Router()
        router.get("/") { _ in throw Secretive() }
        let response = await router.respond(to: try HTTPRequest(method: .get, path: "/"))
        #expect(response.status == .internalServerError)
        #expect(!text(response).contains("CANARY"))
        router.errorHandler = { error, _ in error is Secretive ? HTTPResponse(.conflict) : nil }
        #expect(await router.respond(to: try HTTPRequest(method: .get, path: "/")).status == .conflict)
    }

    @Test("counts by route pattern, not by address, and invented methods as one")
    func metrics() async throws {
        let metrics = MetricsRegistry()
        let router = router(metrics)
        for id in 0..<50 { _ = await router.respond(to: try HTTPRequest(method: .get, path: "/cameras/\(id)")) }
        for id in 0..<50 {
            _ = await router.respond(to: try HTTPRequest(method: HTTPMethod(rawValue: "M\(id)"), path: "/x\(id)"))
        }
        let lines = metrics.prometheusText().split(separator: "\n")
        let counters = lines.filter { $0.hasPrefix("maskwatch_http_requests_total{") }
        #expect(
            counters == [
                #"maskwatch_http_requests_total{method="GET",route="/cameras/{id}",status="2xx"} 50"#,
                #"maskwatch_http_requests_total{method="other",route="none",status="4xx"} 50"#,
            ])
        #expect(lines.contains(#"maskwatch_http_request_duration_seconds_count{route="/cameras/{id}"} 50"#))
    }

    @Test("health: alive always, ready when every check passes in time")
    func health() async throws {
        struct Broken: Error, CustomStringConvertible { let description = "no such table" }
        let good = HealthCheck("database") {}
        let bad = HealthCheck("storage") { throw Broken() }
        let stuck = HealthCheck("queue") { try await Task.sleep(for: .seconds(3600)) }
        #expect(try await readiness([good]) == (.ok, #"{"checks":{"database":"ok"},"status":"ok"}"#))
        #expect(
            try await readiness([good, bad]) == (
                .serviceUnavailable,
                #"{"checks":{"database":"ok","storage":"no such table"},"status":"unavailable"}"#
            ))
        #expect(try await readiness([stuck]).0 == .serviceUnavailable)
        var router = Router()
        HealthRoutes(checks: [bad], metrics: MetricsRegistry()).add(to: &router)
        #expect(await router.respond(to: try HTTPRequest(method: .get, path: "/healthz")).status == .ok)
        #expect(await router.respond(to: try HTTPRequest(method: .get, path: "/metrics")).status == .ok)
    }

    private func readiness(_ checks: [HealthCheck]) async throws -> (HTTPStatus, String) {
        var router = Router()
        HealthRoutes(checks: checks, metrics: MetricsRegistry(), limit: .milliseconds(200)).add(to: &router)
        let response = await router.respond(to: try HTTPRequest(method: .get, path: "/readyz"))
        return (response.status, text(response))
    }

    private func router(_ metrics: MetricsRegistry? = nil) -> Router {
        var router = Router(metrics: metrics)
        router.get("/assets/{path...}") { .text("asset " + ($0.parameters["path"] ?? "")) }
        router.get("/cameras/{id}") { .text("one " + ($0.parameters["id"] ?? "")) }
        router.put("/cameras/{id}") { _ in .text("put") }
        router.get("/cameras/probe") { _ in .text("probe") }
        router.get("/cameras/{id}/picture") { .text("picture " + ($0.parameters["id"] ?? "")) }
        router.get("/cameras") { _ in .text("all") }
        router.get("/") { _ in .text("root") }
        router.get("/assets/app.js") { _ in .text("app") }
        return router
    }

    private func body(_ method: HTTPMethod, _ path: String) async throws -> String {
        text(await router().respond(to: try HTTPRequest(method: method, path: path)))
    }

    private func text(_ response: HTTPResponse) -> String {
        guard case .data(let data) = response.body else { return "not data" }
        return String(decoding: data, as: UTF8.self)
    }
}
