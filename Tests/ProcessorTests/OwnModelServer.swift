import HTTPServer
import HTTPTypes
import InferenceOpenVINO
import Logging
import Metrics
import ModelServer
import TestSupport
import Vision

/// What `maskwatch model` runs, over the fixture networks.
enum OwnModelServer {
    static func service() throws -> ModelService {
        let backend = try OpenVINOBackend(logger: .silent)
        let catalog = ModelCatalog(required: [MaskwatchModel.name])
        let metrics = MetricsRegistry()
        let keeper = ModelKeeper(
            repository: ModelRepository(directory: Fixtures.models), catalog: catalog,
            settings: ModelKeeper.Settings(detector: "colour-detector", classifier: "colour-classifier"),
            metrics: metrics, logger: .silent
        ) { package in
            try await backend.open(name: package.name, version: package.version, xml: package.openVINONetwork())
        }
        var listener = HTTPListenerOptions(port: 0)
        listener.gracePeriod = .zero
        var options = ModelService.Options(listener: listener, version: "0")
        options.reloadInterval = nil
        return ModelService(keeper: keeper, catalog: catalog, options: options, metrics: metrics, logger: .silent)
    }
}
