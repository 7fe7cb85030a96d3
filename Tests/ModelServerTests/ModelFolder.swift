import Foundation
import HTTPServer
import HTTPTypes
import Imaging
import Inference
import InferenceOpenVINO
import Logging
import Metrics
import ModelServer
import TestSupport
import Testing
import Vision

/// A folder with the fixture packages, served, that a test may change.
final class ModelFolder: Sendable {
    let catalog = ModelCatalog(required: [MaskwatchModel.name])
    let keeper: ModelKeeper
    let metrics = MetricsRegistry()
    private let router: Router
    private let scratch: ScratchDirectory

    /// - Parameter wrap: put between the server and the networks.
    init(
        batches: BatchLimits = BatchLimits(),
        wrap: @escaping @Sendable (any InferenceBackend) -> any InferenceBackend = { $0 }
    ) async throws {
        scratch = try ScratchDirectory()
        for name in ["colour-detector", "colour-classifier"] {
            try FileManager.default.copyItem(
                at: Fixtures.models.appending(path: name), to: scratch.url.appending(path: name))
        }
        let backend = try OpenVINOBackend(logger: .silent)
        var settings = ModelKeeper.Settings(detector: "colour-detector", classifier: "colour-classifier")
        settings.batches = batches
        settings.concurrency = 1
        keeper = ModelKeeper(
            repository: ModelRepository(directory: scratch.url), catalog: catalog, settings: settings,
            metrics: metrics, logger: .silent
        ) { package in
            wrap(
                try await backend.open(name: package.name, version: package.version, xml: package.openVINONetwork()))
        }
        let options = ModelService.Options(listener: HTTPListenerOptions(), version: "0")
        router =
            ModelService(
                keeper: keeper, catalog: catalog, options: options, metrics: metrics, logger: .silent
            ).router
    }

    func url(_ path: String) -> URL { scratch.url.appending(path: path) }

    /// Adds version 2 of a package, changed as the test wants.
    func addSecondVersion(of name: String, _ change: (URL) throws -> Void = { _ in }) throws {
        let folder = url("\(name)/2")
        try FileManager.default.copyItem(at: url("\(name)/1"), to: folder)
        try edit("\(name)/2", "\"version\": \"1\"", "\"version\": \"2\"")
        try change(folder)
    }

    func edit(_ package: String, _ old: String, _ new: String) throws {
        let file = url(package).appending(path: "model.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: file)
    }

    /// The folder is looked at until it has stood still.
    func settle() async {
        await keeper.refresh()
        await keeper.refresh()
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: Data = Data(), headers: HTTPHeaders = [:]
    ) async throws -> (status: Int, text: String) {
        let request = try HTTPRequest(method: method, path: path, headers: headers, body: body)
        let response = await router.respond(to: request)
        guard case .data(let data) = response.body else { return (response.status.rawValue, "") }
        return (response.status.rawValue, String(decoding: data, as: UTF8.self))
    }

    /// The line of the repository index of one version.
    func index(_ name: String, _ version: String) async throws -> IndexLine? {
        let answer = try await send(.post, "/v2/repository/index")
        return try JSONDecoder().decode([IndexLine].self, from: Data(answer.text.utf8))
            .first { $0.name == name && $0.version == version }
    }

    /// What the model `maskwatch` answers to pictures.
    func look(at pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        let request = MaskwatchModel.request(pictures)
        let response = try await catalog.model(MaskwatchModel.name).answer(request.inputs)
        return try MaskwatchModel.results(in: response, count: pictures.count)
    }

    struct IndexLine: Decodable, Equatable {
        let name: String
        let version: String
        let state: String
        let reason: String
    }

    /// Two faces for the fixture networks: a red cell and a green one on black.
    static func twoFaces() throws -> Data {
        let picture = unsafe PixelBuffer(width: 256, height: 144) { pixels in
            unsafe pixels.update(repeating: 0)
            for (x, y, side, channel) in [(32, 16, 16, 0), (128, 64, 32, 1)] {
                for row in y..<y + side {
                    for column in x..<x + side { unsafe pixels[(row * 256 + column) * 3 + channel] = 255 }
                }
            }
        }
        return try PictureEncoder.png(picture)
    }
}
