import Configuration
import Foundation
import HTTPClient
import HTTPServer
import Inference
import InferenceHTTP
import Logging
import Vision

/// What a model server is asked for.
enum ModelAPI: String, CaseIterable, Sendable {
    /// The model `maskwatch` where there is one, otherwise the networks.
    case auto
    /// The model `maskwatch`: pictures go there, faces come back.
    case maskwatch
    /// The detector and the classifier: this process prepares the pictures and reads the networks' answers.
    case networks
}

/// Looking at pictures by the model servers that the configuration names.
struct RemoteVision: Sendable {
    let servers: OpenInferenceProtocolBackend
    let analyzer: DeferredAnalyzer
    let batch: Int

    /// Servers that are away now are asked again when they are needed.
    /// - Throws: `ConfigurationError`, `ModelPackageError` if the servers have other networks than the packages here.
    static func load(_ configuration: AppConfiguration, _ changes: VisionParts.Changes, logger: Logger) async throws
        -> RemoteVision
    {
        let api = try configuration.modelAPI(score: changes.score)
        let servers = try backend(configuration, logger: logger)
        let batch = try configuration[AppSettings.modelBatch]
        let make: @Sendable () async throws -> any PictureAnalyzer = {
            if api != .networks, let served = try await maskwatch(servers, isNeeded: api == .maskwatch) {
                return served
            }
            return try await networks(servers, configuration, changes, batch: batch)
        }
        let analyzer = DeferredAnalyzer(make: make)
        do { try await analyzer.prepare() } catch let error as InferenceError where error.isRetriable {
            logger.warning("starting without a model server", [.reason: error.message])
        }
        return RemoteVision(servers: servers, analyzer: analyzer, batch: batch)
    }

    /// - Throws: `InferenceError` while no server is ready, or what the servers have is not what is needed.
    @Sendable func checkReady() async throws {
        try await servers.checkReady()
        try await analyzer.prepare()
    }

    private static func backend(
        _ configuration: AppConfiguration, logger: Logger
    ) throws -> OpenInferenceProtocolBackend {
        var session = HTTPSession.Settings()
        session.policy = try configuration.addressPolicy()
        session.userAgent = "Maskwatch/\(Version.number)"
        var settings = OpenInferenceProtocolBackend.Settings()
        settings.timeout = .seconds(try configuration[AppSettings.modelTimeout])
        let addresses = try configuration[AppSettings.modelURL].map { text in
            do { return try ModelServerAddress(text) } catch {
                throw ConfigurationError(AppSettings.modelURL.shown(in: configuration.settings).place, "\(error)")
            }
        }
        return OpenInferenceProtocolBackend(
            servers: addresses, session: HTTPSession(settings: session), settings: settings, logger: logger)
    }

    /// - Returns: nil if the servers do not have it and it is not needed.
    private static func maskwatch(
        _ servers: OpenInferenceProtocolBackend, isNeeded: Bool
    ) async throws -> RemoteFaceAnalyzer? {
        do {
            let metadata = try await servers.metadata(of: MaskwatchModel.name)
            return RemoteFaceAnalyzer(backend: servers, version: metadata.version)
        } catch let error as InferenceError where error.code == .notFound && !isNeeded { return nil }
    }

    private static func networks(
        _ servers: OpenInferenceProtocolBackend, _ configuration: AppConfiguration, _ changes: VisionParts.Changes,
        batch: Int
    ) async throws -> FaceAnalyzer {
        let packages = try VisionParts.packages(configuration)
        for package in [packages.detector, packages.classifier] {
            try package.check(try await servers.metadata(of: package.name))
        }
        return try VisionParts.analyzer(packages, on: servers, configuration, changes, batch: batch)
    }
}

extension AppConfiguration {
    /// - Throws: `ConfigurationError` if a score is to be chosen here and the server chooses it.
    fileprivate func modelAPI(score: Float?) throws -> ModelAPI {
        let api = try self[AppSettings.modelAPI]
        guard score != nil else { return api }
        guard api != .maskwatch else {
            throw ConfigurationError(
                AppSettings.modelAPI.shown(in: settings).place,
                "model.api is maskwatch, but an evaluation needs the faces below the threshold too: set it to networks")
        }
        return .networks
    }
}

extension HealthCheck {
    static func model(_ vision: VisionParts) -> HealthCheck { HealthCheck("model") { try await vision.checkReady() } }
}
