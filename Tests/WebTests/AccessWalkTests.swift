import Domain
import Foundation
import HTTPServer
import HTTPTypes
import TestSupport
import Testing

@testable import Web

/// FAULTS.md X1: every route, without sign-in and with each role, without exception.
@Suite("Access to routes", .timeLimit(.minutes(10)))
struct AccessWalkTests {
    @Test("every route asks for the access its row in the table says, and no more")
    func walk() async throws {
        let fixture = try await WebFixture()
        let clients: [(User.Role?, WebClient)] = [
            (nil, fixture.stranger()), (nil, WebClient(fixture, cookie: "forged")),
            (nil, WebClient(fixture, bearer: "forged")), (.viewer, try await fixture.browser(.viewer)),
            (.administrator, try await fixture.browser(.administrator)),
        ]
        // Signing out comes last: it would end the sessions of the walk.
        let signsOut = { (route: Web.Route) in route.method == .delete && route.path == "/api/v1/session" }
        for route in fixture.web.routes.filter({ !signsOut($0) }) + fixture.web.routes.filter(signsOut) {
            for (role, client) in clients {
                let status = try await client.send(route.method, path(of: route)).status
                switch (route.access, role) {
                case (.viewer, nil), (.administrator, nil):
                    #expect(status == .unauthorized, "\(route.method) \(route.path) without sign-in")
                case (.administrator, .viewer):
                    #expect(status == .forbidden, "\(route.method) \(route.path) as viewer")
                default:
                    // An ordinary refusal of an empty request, but never for who asks.
                    let isSignIn = route.path == "/api/v1/setup" || route.path == "/api/v1/session"
                    #expect(isSignIn || status != .unauthorized, "\(route.method) \(route.path) as \(role as Any)")
                    #expect(
                        status != .internalServerError, "\(route.method) \(route.path) as \(role as Any)")
                    let isOthersPassword = role == .viewer && route.path.hasSuffix("/password")
                    #expect((status == .forbidden) == isOthersPassword, "\(route.method) \(route.path)")
                }
            }
        }
    }

    @Test("only these routes are open to everyone")
    func open() async throws {
        let routes = try await WebFixture().web.routes.filter { $0.access == .everyone }
        #expect(
            Set(routes.map { "\($0.method) \($0.path)" }) == [
                "GET /", "GET /assets/{file...}", "GET /api/v1/session", "POST /api/v1/session",
                "DELETE /api/v1/session", "POST /api/v1/setup", "GET /api/v1/version", "GET /api/v1/openapi.json",
            ])
    }

    @Test("a viewer may change nothing but their own password and what people say of incidents and pictures")
    func viewer() async throws {
        let routes = try await WebFixture().web.routes.filter { $0.access == .viewer && !$0.method.isSafe }
        #expect(
            Set(routes.map(\.path)) == [
                "/api/v1/users/{user}/password", "/api/v1/incidents/{incident}/acknowledge",
                "/api/v1/incidents/{incident}/false-alarm", "/api/v1/incidents/{incident}/comments",
                "/api/v1/snapshots/{snapshot}/correction", "/api/v1/detect",
            ])
    }

    @Test("the router serves nothing that is not in the table but health and metrics")
    func complete() async throws {
        let web = try await WebFixture().web
        let served = Set(web.router.routes.map { "\($0.method) \($0.path)" })
        let listed = Set(web.routes.map { "\($0.method) \($0.path)" })
        #expect(served.subtracting(listed) == ["GET /healthz", "GET /readyz", "GET /metrics"])
        #expect(listed.subtracting(served).isEmpty)
    }

    private func path(of route: Route) -> String {
        route.path.split(separator: "/", omittingEmptySubsequences: false).map {
            $0.hasPrefix("{") ? UUID().uuidString.lowercased() : String($0)
        }.joined(separator: "/")
    }
}
