import Configuration
import Foundation
import Inference
import InferenceOpenVINO
import Logging
import Vision

/// What the configuration says about looking at pictures, as the part that does it.
struct VisionParts: Sendable {
    let analyzer: any PictureAnalyzer
    /// From which score on the detector's package shows a face.
    let operatingScore: Float
    /// The detector's and the classifier's package; none where a server's own model looks at pictures.
    let packages: [ModelPackage]
    /// Pictures worth giving to the analyzer together; nil: as many as a stage likes.
    let batch: Int?
    /// Calls of the analyzer worth having in hand side by side.
    let concurrency: Int
    /// Whether pictures can be looked at now; throws `InferenceError` or says what else is wrong.
    let checkReady: @Sendable () async throws -> Void

    /// How this use of the parts differs from what the packages say.
    struct Changes: Sendable {
        /// From which score on faces count, in place of the package's own.
        var score: Float?
        /// Whether the classifier is asked about faces too small to tell, too.
        var scoresEveryFace = false
    }

    /// Reads and checks the packages and loads the networks; with `model.url`, asks the model servers instead.
    /// - Throws: `ConfigurationError`, `ModelPackageError`, `InferenceError`.
    static func load(
        _ configuration: AppConfiguration, _ changes: Changes = Changes(), logger: Logger
    ) async throws -> VisionParts {
        guard try configuration[AppSettings.modelURL].isEmpty else {
            return try await remote(configuration, changes, logger: logger)
        }
        let packages = try packages(configuration)
        let options = try options(configuration)
        let backend = try OpenVINOBackend(options: options, logger: logger.labelled("openvino"))
        for package in [packages.detector, packages.classifier] {
            try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        }
        return VisionParts(
            analyzer: try analyzer(packages, on: backend, configuration, changes),
            operatingScore: packages.operatingScore, packages: packages.all, batch: nil,
            concurrency: options.concurrency,
            checkReady: {})
    }

    private static func remote(
        _ configuration: AppConfiguration, _ changes: Changes, logger: Logger
    ) async throws -> VisionParts {
        let remote = try await RemoteVision.load(configuration, changes, logger: logger)
        // Only an evaluation asks for them, and it looks with the networks of the packages.
        let packages: Packages? = changes.score == nil ? nil : try Self.packages(configuration)
        return VisionParts(
            analyzer: remote.analyzer, operatingScore: packages?.operatingScore ?? 0, packages: packages?.all ?? [],
            batch: remote.batch, concurrency: try options(configuration).concurrency, checkReady: remote.checkReady)
    }

    struct Packages: Sendable {
        let detector: ModelPackage
        let classifier: ModelPackage

        var all: [ModelPackage] { [detector, classifier] }
        var operatingScore: Float { detector.description.thresholds.score ?? 0.5 }
    }

    /// - Throws: `ConfigurationError`, `ModelPackageError`.
    static func packages(_ configuration: AppConfiguration) throws -> Packages {
        let repository = try repository(configuration)
        return Packages(
            detector: try repository.package(named: configuration[AppSettings.detector]),
            classifier: try repository.package(named: configuration[AppSettings.classifier]))
    }

    /// - Parameter backend: has the networks of both packages.
    static func analyzer(
        _ packages: Packages, on backend: any InferenceBackend, _ configuration: AppConfiguration, _ changes: Changes,
        batch: Int = 1
    ) throws -> FaceAnalyzer {
        let side = try configuration[AppSettings.longestSide]
        return FaceAnalyzer(
            detector: try FaceDetector(
                packages.detector, backend: backend,
                settings: FaceDetector.Settings(longestSide: side == 0 ? nil : side, score: changes.score)),
            classifier: try MaskClassifier(
                packages.classifier, backend: backend, scoresEveryFace: changes.scoresEveryFace),
            concurrency: try options(configuration).concurrency, batch: batch)
    }

    /// The configured folder, or the `models` folder beside the program or above it.
    static func repository(_ configuration: AppConfiguration) throws -> ModelRepository {
        let configured = try configuration[AppSettings.models]
        guard configured.isEmpty else { return ModelRepository(directory: URL(fileURLWithPath: configured)) }
        let program = URL(fileURLWithPath: CommandLine.arguments.first ?? "maskwatch")
        let start = (Bundle.main.executableURL ?? program).resolvingSymlinksInPath().deletingLastPathComponent()
        let folders = sequence(first: start) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }.prefix(5)
        let candidates = folders.flatMap {
            [$0.appending(path: "models"), $0.appending(path: "share/maskwatch/models")]
        }
        guard let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
            throw ConfigurationError(
                .defaultValue, "there is no folder of model packages beside the program: set model.directory")
        }
        return ModelRepository(directory: found)
    }

    static func options(_ configuration: AppConfiguration) throws -> OpenVINOOptions {
        var options = OpenVINOOptions()
        options.device = try configuration[AppSettings.device]
        let threads = try configuration[AppSettings.threads]
        options.threads = threads == 0 ? nil : threads
        let concurrency = try configuration[AppSettings.concurrency]
        options.concurrency = concurrency == 0 ? options.concurrency : concurrency
        if try configuration[AppSettings.modelCache] {
            options.cacheDirectory = try DataFolder(configuration).modelCache
        }
        return options
    }
}
