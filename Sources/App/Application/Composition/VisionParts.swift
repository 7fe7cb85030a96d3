import Configuration
import Foundation
import InferenceOpenVINO
import Logging
import Vision

/// What the configuration says about looking at pictures, as the part that does it.
struct VisionParts: Sendable {
    let analyzer: FaceAnalyzer
    /// From which score on the detector's package shows a face.
    let operatingScore: Float
    /// The detector's and the classifier's package.
    let packages: [ModelPackage]

    /// Reads and checks the packages and loads the networks.
    /// - Parameters:
    ///   - score: from which score on faces count, in place of the package's own.
    ///   - scoresEveryFace: whether the classifier is asked about faces too small to tell, too.
    /// - Throws: `ConfigurationError`, `ModelPackageError`, `InferenceError`.
    static func load(
        _ configuration: AppConfiguration, score: Float? = nil, scoresEveryFace: Bool = false, logger: Logger
    ) async throws -> VisionParts {
        let repository = try repository(configuration)
        let detector = try repository.package(named: configuration[AppSettings.detector])
        let classifier = try repository.package(named: configuration[AppSettings.classifier])
        let options = try options(configuration)
        let backend = try OpenVINOBackend(options: options, logger: logger.labelled("openvino"))
        for package in [detector, classifier] {
            try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        }
        let side = try configuration[AppSettings.longestSide]
        let analyzer = FaceAnalyzer(
            detector: try FaceDetector(
                detector, backend: backend,
                settings: FaceDetector.Settings(longestSide: side == 0 ? nil : side, score: score)),
            classifier: try MaskClassifier(classifier, backend: backend, scoresEveryFace: scoresEveryFace))
        return VisionParts(
            analyzer: analyzer, operatingScore: detector.description.thresholds.score ?? 0.5,
            packages: [detector, classifier])
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
        if try configuration[AppSettings.modelCache] {
            options.cacheDirectory = try DataFolder(configuration).modelCache
        }
        return options
    }
}
