import Foundation
package import HTTPServer
import HTTPTypes
import Logging
import Metrics
import ServiceLifecycle

/// The web stage: user interface, HTTP API, live changes. Writer of cameras, rules, channels and users.
///
/// The composition root gives it every repository, the store of the pictures, both queues, the broadcast, and what tests
/// cameras, pictures and channels (`WebDependencies`), says how it is set up (`WebOptions`), runs it as a service, and
/// prints `setupLink` if there is one:
///
///     let web = try WebService(dependencies, options: options)
///     group.add(web)
///     if let link = try await web.setupLink(base: "http://localhost:8080") { print(link) }
package final class WebService: Service {
    package let name = "web"
    /// Answers without a network; tests use it.
    package let router: Router
    /// Every route with the access it asks for.
    package let routes: [Route]
    package let authentication: Authentication
    private let changes: LiveChanges
    private let listener: HTTPListener
    private let dependencies: WebDependencies

    /// - Throws: `StaticFilesError` if the files of the user interface cannot be read.
    package init(_ dependencies: WebDependencies, options: WebOptions) throws {
        var dependencies = dependencies
        dependencies.logger = dependencies.logger.labelled(name)
        self.dependencies = dependencies
        let authentication = Authentication(
            users: dependencies.users, passwords: PasswordVault(dependencies.passwords), policy: SessionPolicy(),
            logger: dependencies.logger)
        let table = RouteTable(
            dependencies, options: options, authentication: authentication, files: try StaticFiles.bundled())
        let gate = Gate(
            authentication: authentication, forgery: ForgeryCheck(publicAddress: options.publicOrigin),
            trustedProxies: options.trustedProxies, now: dependencies.now)
        self.authentication = authentication
        routes = table.routes
        changes = table.changes
        router = WebRouter.make(table.routes, gate: gate, dependencies: dependencies)
        listener = HTTPListener(options: options.listener, router: router, logger: dependencies.logger)
    }

    /// Whether the pages could be served.
    /// - Throws: `StaticFilesError` naming the first file that is missing.
    package static func checkFiles() throws { _ = try StaticFiles.bundled() }

    /// The port it listens on, once it does.
    /// - Throws: what kept it from listening.
    package func boundPort() async throws -> Int { try await listener.boundPort() }

    /// How many pages listen for changes now.
    package var listeningBrowsers: Int { changes.clientCount }

    /// The address at which the first visitor creates the administrator; nil if there is a user already. It holds a
    /// secret: print it for the person who started the program, never log it.
    /// - Parameter base: scheme, host and port, without a slash at the end.
    package func setupLink(base: String) async throws -> String? {
        try await authentication.issueSetupToken(at: dependencies.now()).map { "\(base)/#/setup?token=\($0)" }
    }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listener.run() }
            group.addTask { await self.forgetExpiredTokens() }
            group.addTask { await self.measure() }
            // All run until they are cancelled; if the listener fails, the others have nothing left to do.
            try await group.next()
            group.cancelAll()
        }
    }

    private func measure() async {
        let system = SystemMetrics(
            queues: dependencies.queues, store: dependencies.pictures, metrics: dependencies.metrics)
        while !Task.isCancelled {
            await system.refresh()
            try? await Task.sleep(for: .seconds(10))
        }
    }

    private func forgetExpiredTokens() async {
        while !Task.isCancelled {
            do { try await authentication.removeExpired(at: dependencies.now()) } catch {
                dependencies.logger.warning("expired tokens were not removed", [.error: "\(error)"])
            }
            try? await Task.sleep(for: .seconds(3600))
        }
    }
}
