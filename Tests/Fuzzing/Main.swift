import Foundation
import HTTPServer
import HTTPTypes
import Imaging
import Inference
import ModelServer
import Vision

/// `maskwatch-fuzz [--runs N] [--first N]`: sends spoilt requests and spoilt pictures through the model API, as far as the
/// networks. Run `n` is always the same, so that `--first n --runs 1` repeats it. Ends with status 1 if an answer is none of
/// those the protocol knows; a crash tells its run by the last line.
@main
struct Fuzz {
    static func main() async throws {
        let runs = option("--runs") ?? 10_000
        let first = option("--first") ?? 0
        let fuzz = Fuzz(seeds: try Seeds(), router: router())
        var statuses: [Int: Int] = [:]
        for run in first..<first + runs {
            if run % 10_000 == 0 { print("run \(run) \(statuses.sorted { $0.key < $1.key })") }
            let status = try await fuzz.run(UInt64(run))
            statuses[status, default: 0] += 1
            guard [200, 400, 404].contains(status) else {
                print("run \(run) was answered with \(status)")
                exit(1)
            }
        }
        print("\(runs) runs, by status: \(statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })")
    }

    let seeds: Seeds
    let router: Router

    private static func option(_ name: String) -> Int? {
        let arguments = CommandLine.arguments
        return arguments.firstIndex(of: name).flatMap { Int(arguments.dropFirst($0 + 1).first ?? "") }
    }

    /// A network that echoes bytes, and the pipeline whose detector sees nothing: everything before the networks is real.
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

    /// - Returns: the status of the answer.
    private func run(_ number: UInt64) async throws -> Int {
        var mutator = Mutator(seed: number)
        let request = number % 2 == 0 ? spoiltPicture(&mutator) : spoiltRequest(&mutator)
        var headers = HTTPHeaders()
        for (name, value) in request.headers { headers[name] = value }
        let message = try HTTPRequest(method: .post, path: request.path, headers: headers, body: request.body)
        return await router.respond(to: message).status.rawValue
    }

    private func spoiltPicture(_ mutator: inout Mutator) -> Seeds.Request {
        let files = (0..<mutator.number(1...2)).map { _ in
            mutator.spoil(mutator.pick(seeds.pictures), with: mutator.pick(seeds.pictures))
        }
        return Seeds.pictures(files)
    }

    private func spoiltRequest(_ mutator: inout Mutator) -> Seeds.Request {
        let seed = mutator.pick(seeds.requests)
        var headers = seed.headers
        if mutator.chance(8), let length = headers["Inference-Header-Content-Length"].flatMap({ Int($0) }) {
            headers["Inference-Header-Content-Length"] = String(length + mutator.number(-9...9))
        }
        let body = mutator.spoil(seed.body, with: mutator.pick(seeds.requests).body)
        return Seeds.Request(path: seed.path, headers: headers, body: body)
    }
}
