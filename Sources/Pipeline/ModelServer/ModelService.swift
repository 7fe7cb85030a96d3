import Foundation
package import HTTPServer
import HTTPTypes
import Inference
package import Logging
package import Metrics
import ServiceLifecycle
import Vision

/// The model API: the Open Inference Protocol over the models of a folder, and `POST /api/v1/detect`.
///
/// It listens at once and is ready when the models are; a folder without a working detector and classifier ends it.
package final class ModelService: Service {
    package struct Options: Sendable {
        package var listener: HTTPListenerOptions
        /// Of the program.
        package var version: String
        /// Where the API lies besides at the root, such as `/models`; empty for the root alone.
        package var basePath = ""
        /// Between two looks at the folder; nil never looks again.
        package var reloadInterval: Duration? = .seconds(5)

        package init(listener: HTTPListenerOptions, version: String) {
            self.listener = listener
            self.version = version
        }
    }

    package let name = "model"
    /// Answers without a network; tests use it.
    package let router: Router
    private let keeper: ModelKeeper
    private let listener: HTTPListener
    private let reloadInterval: Duration?
    private let logger: Logger

    /// - Parameters:
    ///   - catalog: what the keeper fills.
    ///   - healthChecks: what `/readyz` asks beside the models.
    package init(
        keeper: ModelKeeper, catalog: ModelCatalog, options: Options, healthChecks: [HealthCheck] = [],
        metrics: MetricsRegistry, logger: Logger
    ) {
        self.keeper = keeper
        self.logger = logger.labelled(name)
        reloadInterval = options.reloadInterval
        router = ModelRouter.make(keeper, catalog, options, healthChecks, metrics, self.logger)
        listener = HTTPListener(options: options.listener, router: router, logger: self.logger)
    }

    /// The port it listens on, once it does.
    /// - Throws: what kept it from listening.
    package func boundPort() async throws -> Int { try await listener.boundPort() }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listener.run() }
            group.addTask { try await self.keepModels() }
            // Both run until they are cancelled; if one fails, the other has nothing left to do.
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func keepModels() async throws {
        try await keeper.start()
        while !Task.isCancelled {
            try? await Task.sleep(for: reloadInterval ?? .seconds(3600))
            if reloadInterval != nil, !Task.isCancelled { await keeper.refresh() }
        }
    }
}
