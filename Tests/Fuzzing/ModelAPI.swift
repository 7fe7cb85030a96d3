import Foundation
import HTTPServer
import HTTPTypes
import Imaging
import Inference
import ModelServer
import Vision

/// The model API as far as the networks: everything before them is real.
struct ModelAPI: Sendable {
    private let router = Self.router()

    /// - Returns: the status of the answer.
    func post(_ request: Seeds.Request) async throws -> Int {
        var headers = HTTPHeaders()
        for (name, value) in request.headers { headers[name] = value }
        let message = try HTTPRequest(method: .post, path: request.path, headers: headers, body: request.body)
        return await router.respond(to: message).status.rawValue
    }

    /// Whether the protocol knows such an answer to a request that may be wrong.
    static func expects(_ status: Int) -> Bool { [200, 400, 404].contains(status) }

    /// A network that echoes bytes, and the pipeline whose detector sees nothing.
    private static func router() -> Router {
        let catalog = ModelCatalog()
        let metadata = ModelMetadata(
            name: "echo", version: "1", platform: "test",
            inputs: [.init(name: "x", type: .uint8, shape: [-1, -1])],
            outputs: [.init(name: "y", type: .uint8, shape: [-1, -1])])
        catalog.add(
            ServedModel(metadata: metadata, statistics: ModelStatistics()) { inputs, _ in
                let output = Tensor(name: "y", type: .uint8, shape: inputs[0].shape, storage: inputs[0].storage)
                return InferResponse(model: "echo", version: "1", outputs: [output])
            })
        let decoder = PictureDecoder(limits: PictureLimits(pixels: 1 << 20))
        let pipeline = ServedPipeline(
            platform: "test", models: [], statistics: ModelStatistics(), limits: BatchLimits(maximumDelay: 0),
            concurrency: 1
        ) { pictures in
            pictures.map { picture in
                Result { () throws(PictureError) in try decoder.decode(picture) }.map { pixels in
                    PictureAnalysis(
                        width: pixels.width, height: pixels.height, faces: [], timings: PictureAnalysis.Timings())
                }
            }
        }
        catalog.add(pipeline.model)
        var router = Router()
        InferenceRoutes(catalog: catalog, name: "maskwatch", version: "1").add(to: &router)
        return router
    }
}
