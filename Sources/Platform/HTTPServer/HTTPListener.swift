import Foundation
package import HTTPTypes
package import Logging
import ServiceLifecycle

/// An HTTP/1.1 server (libmicrohttpd). Requests are read completely, within limits, then handed to the handler; a
/// connection waits suspended meanwhile and holds no thread.
///
/// When its task is cancelled it stops accepting, lets requests in hand finish within the grace period, ends streams
/// and closes.
package final class HTTPListener: Service {
    package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    package let name = "http"
    private let options: HTTPListenerOptions
    private let core: ServerCore
    private let handler: Handler
    private let logger: Logger
    private let port: BoundPort
    private let exchanges: AsyncStream<Exchange>

    /// - Parameters:
    ///   - bodyLimit: largest body in bytes of a request whose head has been read; nil for the limit of `options`.
    ///   - failure: the answer to a request that never reaches the handler.
    package init(
        options: HTTPListenerOptions, logger: Logger,
        bodyLimit: @escaping @Sendable (HTTPRequest) -> Int? = { _ in nil },
        failure: @escaping Router.FailureHandler = Router.plainFailure, handler: @escaping Handler
    ) {
        self.options = options
        self.logger = logger
        self.handler = handler
        let (stream, continuation) = AsyncStream.makeStream(of: Exchange.self)
        exchanges = stream
        port = BoundPort()
        core = ServerCore(options: options, bodyLimit: bodyLimit, failure: failure, exchanges: continuation)
    }

    /// A listener that answers with the routes of `router`, by their limits and its failure answers.
    package convenience init(options: HTTPListenerOptions, router: Router, logger: Logger) {
        self.init(
            options: options, logger: logger, bodyLimit: router.bodyLimit(for:), failure: router.failure,
            handler: router.respond(to:))
    }

    /// The port it listens on, once it does.
    /// - Throws: what kept it from listening.
    package func boundPort() async throws -> Int { try await port.value() }

    /// How many connections are open now.
    package var openConnections: Int { core.connections.count }

    package func run() async throws {
        let daemon = try start()
        // Not a child: cancelling this service must not cancel the requests in hand.
        let serving = Task { await serveAll() }
        await core.sweepUntilCancelled()
        await stop(daemon)
        serving.cancel()
        await serving.value
        logger.notice("stopped")
    }

    private func start() throws -> Daemon {
        do {
            let socket = try ListeningSocket(address: options.address, port: options.port)
            let daemon = try Daemon(socket: socket, options: options, core: core)
            port.set(.success(socket.port))
            logger.notice("listening", [.address: options.address, .port: String(socket.port)])
            return daemon
        } catch {
            port.set(.failure(error))
            throw error
        }
    }

    private func serveAll() async {
        await withDiscardingTaskGroup { group in
            for await exchange in exchanges { group.addTask { await exchange.serve(self.handler) } }
        }
    }

    private func stop(_ daemon: Daemon) async {
        core.beginStopping()
        daemon.stopAccepting()
        if await !core.drains(within: options.gracePeriod) {
            logger.warning("answering requests that did not finish in time with 503")
            core.abandonRequests()
            // The daemon closes connections when it stops, also those whose answer is not sent yet.
            _ = await core.drains(within: .seconds(1))
        }
        await daemon.stop()
        core.finish()
    }
}
