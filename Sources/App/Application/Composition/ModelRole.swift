import Configuration
import Foundation
import HTTPServer
import InferenceOpenVINO
import ModelServer
import Vision

/// Settings of `maskwatch model`.
enum ModelServerSettings {
    static let address = Setting<String>(
        "model_server.address", default: "127.0.0.1",
        help: "address the model API listens on; it asks for no login, so open it to trusted networks only")
    static let port = Setting<Int>(
        "model_server.port", default: 8000, in: 0...65_535, help: "port of the model API; 0 takes a free one")
    static let basePath = Setting<String>(
        "model_server.base_path", default: "", help: "path below which the API also answers, such as /models")
    static let batchSize = Setting<Int>(
        "model_server.max_batch_size", default: 8, in: 1...64,
        help: "most rows together; pictures share them among batches")
    static let delay = Setting<Double>(
        "model_server.max_queue_delay", default: 0.002, in: 0...1, help: "seconds a picture may wait for others")
    static let queueLimit = Setting<Int>(
        "model_server.queue_limit", default: 64, in: 1...100_000,
        help: "most requests that wait for one model; more are refused with 503")
    static let reloadEvery = Setting<Duration>(
        "model_server.reload_every", default: "5s", help: "how often new model packages are looked for; 0 never")

    static let all: [any AnySetting] = [address, port, basePath, batchSize, delay, queueLimit, reloadEvery]
}

/// The model API over the configured folder of packages, run by OpenVINO.
enum ModelRole {
    static func service(_ configuration: AppConfiguration, process: ProcessParts) throws -> ModelService {
        let options = try VisionParts.options(configuration)
        let backend = try OpenVINOBackend(options: options, logger: process.logger)
        let catalog = ModelCatalog(required: [MaskwatchModel.name])
        let keeper = ModelKeeper(
            repository: try VisionParts.repository(configuration), catalog: catalog,
            settings: try keeperSettings(configuration, concurrency: options.concurrency), metrics: process.metrics,
            logger: process.logger
        ) { package in
            try await backend.open(
                name: package.name, version: package.version, xml: package.openVINONetwork())
        }
        return ModelService(
            keeper: keeper, catalog: catalog, options: try serviceOptions(configuration),
            healthChecks: [process.healthCheck], metrics: process.metrics, logger: process.logger)
    }

    private static func keeperSettings(
        _ configuration: AppConfiguration, concurrency: Int
    ) throws -> ModelKeeper.Settings {
        var settings = ModelKeeper.Settings(
            detector: try configuration[AppSettings.detector], classifier: try configuration[AppSettings.classifier])
        let side = try configuration[AppSettings.longestSide]
        settings.detectorSettings.longestSide = side == 0 ? nil : side
        settings.concurrency = concurrency
        settings.batches = BatchLimits(
            maximumBatchSize: try configuration[ModelServerSettings.batchSize],
            maximumDelay: try configuration[ModelServerSettings.delay],
            maximumQueueLength: try configuration[ModelServerSettings.queueLimit])
        return settings
    }

    private static func serviceOptions(_ configuration: AppConfiguration) throws -> ModelService.Options {
        let listener = HTTPListenerOptions(
            address: try configuration[ModelServerSettings.address],
            port: try configuration[ModelServerSettings.port])
        var options = ModelService.Options(listener: listener, version: Version.number)
        options.basePath = try basePath(configuration)
        let interval = try configuration[ModelServerSettings.reloadEvery]
        options.reloadInterval = interval == .zero ? nil : max(interval, .milliseconds(100))
        return options
    }

    private static func basePath(_ configuration: AppConfiguration) throws -> String {
        let path = try configuration[ModelServerSettings.basePath]
        guard path.isEmpty || path.wholeMatch(of: #/(/[A-Za-z0-9._~-]+)+/#) != nil else {
            throw ConfigurationError(
                ModelServerSettings.basePath.shown(in: configuration.settings).place,
                "'\(path)' is no path: write /models or /gpu/1, without a slash at the end")
        }
        return path
    }
}
