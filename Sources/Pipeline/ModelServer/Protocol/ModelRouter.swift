import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Imaging
import Inference
import Logging
import Metrics
import Vision

/// Every route of the model API.
enum ModelRouter {
    static func make(
        _ keeper: ModelKeeper, _ catalog: ModelCatalog, _ options: ModelService.Options,
        _ healthChecks: [HealthCheck], _ metrics: MetricsRegistry, _ logger: Logger
    ) -> Router {
        var api = Router()
        InferenceRoutes(catalog: catalog, name: "maskwatch", version: options.version).add(to: &api)
        PictureRoutes(keeper: keeper).add(to: &api)
        var router = Router(metrics: metrics, logger: logger, failure: failure)
        let health = HealthRoutes(
            checks: healthChecks + [HealthCheck("model") { _ = try await keeper.pipeline() }], metrics: metrics)
        health.add(to: &router)
        router.mount(api)
        if !options.basePath.isEmpty { router.mount(api, at: options.basePath) }
        return router
    }

    /// `{"error": ...}` for what never reaches a handler too. A body that is too large is answered with 400, as Triton does
    /// (triton-inference-server, http_server.cc), and not with 413.
    private static let failure: Router.FailureHandler = { status, detail in
        let text: String
        switch status {
        case .notFound: text = "Not Found"
        case .methodNotAllowed: text = "Method Not Allowed"
        default: text = detail
        }
        return InferenceRoutes.refusal(status == .contentTooLarge ? .badRequest : status, text)
    }
}

/// `POST /api/v1/detect`: a JPEG or PNG as the body; the answer is what `detect --json` prints.
private struct PictureRoutes: Sendable {
    private let keeper: ModelKeeper

    init(keeper: ModelKeeper) { self.keeper = keeper }

    func add(to router: inout Router) {
        router.post("/api/v1/detect", bodyLimit: PictureLimits().bytes) { try await detect($0.body) }
    }

    private func detect(_ picture: Data) async throws -> HTTPResponse {
        do {
            let analysis = try await keeper.pipeline().detect(picture)
            return try answer(.success(analysis), .ok)
        } catch let error as PictureError {
            return try answer(.failure(error), .unprocessableContent)
        } catch { return InferenceRoutes.failure(error) }
    }

    private func answer(_ result: Result<PictureAnalysis, PictureError>, _ status: HTTPStatus) throws -> HTTPResponse {
        .data(try PictureReport(file: nil, result).json(), contentType: "application/json", status: status)
    }
}
