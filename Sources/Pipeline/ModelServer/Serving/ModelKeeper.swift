package import Inference
package import Logging
package import Metrics
package import Vision

/// Serves what the folder of model packages holds: loads what is new, warms it up, and only then lets it take over. What
/// cannot be loaded is refused with its reason, and what was served before stays.
package actor ModelKeeper {
    /// Makes a package's network ready, with the backend that runs it alone.
    /// Throws `ModelPackageError` or `InferenceError`.
    package typealias LoadNetwork = @Sendable (ModelPackage) async throws -> any InferenceBackend

    package struct Settings: Sendable {
        /// Names of the packages of the model `maskwatch`.
        package var detector: String
        package var classifier: String
        package var detectorSettings = FaceDetector.Settings()
        package var batches = BatchLimits()
        /// Batches, and pictures, that are worked on side by side.
        package var concurrency = 2

        package init(detector: String, classifier: String) {
            self.detector = detector
            self.classifier = classifier
        }

        /// Batches that are worked on side by side share the pictures of a full batch: none waits in one of them while
        /// another lacks work.
        var pictures: BatchLimits {
            var limits = batches
            limits.maximumBatchSize = max(1, limits.maximumBatchSize / max(1, concurrency))
            return limits
        }
    }

    private struct Loaded {
        let package: ModelPackage
        let backend: any InferenceBackend
    }

    private let repository: ModelRepository
    private let catalog: ModelCatalog
    private let settings: Settings
    private let load: LoadNetwork
    private let metrics: MetricsRegistry
    private let logger: Logger
    private var plan = RepositoryPlan()
    private var loaded: [String: [Int: Loaded]] = [:]
    private var current: ServedPipeline?
    private var currentParts: [String] = []
    private let pipelineStatistics: ModelStatistics

    package init(
        repository: ModelRepository, catalog: ModelCatalog, settings: Settings, metrics: MetricsRegistry,
        logger: Logger, load: @escaping LoadNetwork
    ) {
        self.repository = repository
        self.catalog = catalog
        self.settings = settings
        self.load = load
        self.metrics = metrics
        self.logger = logger.labelled("models")
        pipelineStatistics = ModelStatistics(model: MaskwatchModel.name, metrics: metrics)
        catalog.alias("face-detector", to: settings.detector)
        catalog.alias("mask-classifier", to: settings.classifier)
    }

    /// What looks at pictures now.
    /// - Throws: `InferenceError` while there is nothing.
    package func pipeline() throws -> ServedPipeline {
        guard let current else { throw InferenceError(.unavailable, "the models are not ready yet") }
        return current
    }

    /// Loads everything there is, the model `maskwatch` first.
    /// - Throws: why it cannot be served.
    package func start() async throws {
        let steps = plan.steps(for: repository.folders(), settled: true)
        await run(steps.filter(isForPipeline))
        try checkPipeline()
        await run(steps.filter { !isForPipeline($0) })
    }

    private func isForPipeline(_ step: RepositoryPlan.Step) -> Bool {
        guard case .load(let folder) = step else { return false }
        return [settings.detector, settings.classifier].contains(folder.name)
    }

    private func checkPipeline() throws {
        for name in [settings.detector, settings.classifier] where loaded[name]?.isEmpty != false {
            _ = try repository.package(named: name)
            _ = try catalog.model(name)
        }
        _ = try pipeline()
    }

    /// Looks once for what has changed.
    package func refresh() async { await run(plan.steps(for: repository.folders())) }

    private func run(_ steps: [RepositoryPlan.Step]) async {
        for step in steps {
            switch step {
            case .load(let folder): await add(folder)
            case .remove(let name, let version): remove(name, version)
            }
        }
        if !steps.isEmpty { await choosePipeline() }
    }

    private func add(_ folder: ModelRepository.Folder) async {
        do {
            let package = try repository.package(named: folder.name, version: folder.version)
            let backend = try await load(package)
            let model = try await ServedNetwork(package, backend: backend).model(settings, metrics)
            loaded[package.name, default: [:]][Int(package.version) ?? 0] = Loaded(package: package, backend: backend)
            catalog.add(model)
            logger.notice("model ready", [.model: package.identity])
        } catch {
            let identity = "\(folder.name)/\(folder.version)"
            let isServed = loaded[folder.name]?[Int(folder.version) ?? 0] != nil
            catalog.refuse(folder.name, version: folder.version, reason: "\(error)")
            logger.error(
                isServed ? "a changed model is refused, its former state stays" : "a model is refused",
                [.model: identity, .reason: "\(error)"])
        }
    }

    private func remove(_ name: String, _ version: String) {
        loaded[name]?.removeValue(forKey: Int(version) ?? 0)
        catalog.remove(name, version: version)
        logger.notice("model removed", [.model: "\(name)/\(version)"])
    }

    /// The newest detector with the newest classifier that work; if none do, what there is stays.
    private func choosePipeline() async {
        for detector in newestFirst(settings.detector) {
            for classifier in newestFirst(settings.classifier) {
                if await use(detector, classifier) { return }
            }
        }
        logger.error("no working detector and classifier are left", [.model: currentParts.joined(separator: ", ")])
    }

    private func newestFirst(_ name: String) -> [Loaded] {
        (loaded[name] ?? [:]).sorted { $0.key > $1.key }.map(\.value)
    }

    private func use(_ detector: Loaded, _ classifier: Loaded) async -> Bool {
        let identities = [detector, classifier].map(\.package.identity)
        let parts = [detector, classifier].map { "\($0.package.identity) \(ObjectIdentifier($0.backend as AnyObject))" }
        guard parts != currentParts else { return true }
        do {
            let analyzer = FaceAnalyzer(
                detector: try FaceDetector(
                    detector.package, backend: detector.backend, settings: settings.detectorSettings),
                classifier: try MaskClassifier(classifier.package, backend: classifier.backend),
                concurrency: settings.concurrency)
            try await analyzer.warmUp()
            let pipeline = ServedPipeline(
                platform: "maskwatch", models: analyzer.models, statistics: pipelineStatistics,
                limits: settings.pictures, concurrency: settings.concurrency,
                analyze: { try await analyzer.analyze($0) })
            catalog.add(pipeline.model)
            (current, currentParts) = (pipeline, parts)
            logger.notice("pictures are looked at by", [.model: identities.joined(separator: ", ")])
            return true
        } catch {
            let names = identities.joined(separator: ", ")
            logger.error("these cannot look at pictures", [.model: names, .reason: "\(error)"])
            catalog.refuse(MaskwatchModel.name, version: "1", reason: "\(names) cannot be used: \(error)")
            return false
        }
    }
}
