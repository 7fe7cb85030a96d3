import Foundation
import HTTPServer
import HTTPTypes
import Inference
import ModelServer
import Testing

@Suite("The inference routes")
struct InferenceRoutesTests {
    private let router: Router

    init() {
        let catalog = ModelCatalog()
        let tensor = ModelMetadata.TensorMetadata(name: "x", type: .uint8, shape: [-1, 2])
        let metadata = ModelMetadata(
            name: "echo", version: "3", platform: "test", inputs: [tensor],
            outputs: [.init(name: "y", type: .uint8, shape: [-1, 2])])
        catalog.add(
            ServedModel(metadata: metadata, statistics: ModelStatistics()) { inputs, _ in
                let output = Tensor(name: "y", type: .uint8, shape: inputs[0].shape, data: inputs[0].data)
                return InferResponse(model: "echo", version: "3", outputs: [output])
            })
        var router = Router()
        InferenceRoutes(catalog: catalog, name: "maskwatch", version: "1").add(to: &router)
        self.router = router
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: String = "", headers: HTTPHeaders = [:]
    ) async throws -> (status: Int, body: String, headers: HTTPHeaders) {
        let request = try HTTPRequest(method: method, path: path, headers: headers, body: Data(body.utf8))
        let response = await router.respond(to: request)
        guard case .data(let data) = response.body else { return (response.status.rawValue, "", response.headers) }
        return (response.status.rawValue, String(decoding: data, as: UTF8.self), response.headers)
    }

    @Test("answer with and without a version", arguments: ["/v2/models/echo", "/v2/models/echo/versions/3"])
    func versions(_ path: String) async throws {
        #expect(try await send(.get, path).body.contains(#""versions":["3"]"#))
        #expect(try await send(.get, path + "/ready").status == 200)
        let body = #"{"id":"a","inputs":[{"name":"x","shape":[1,2],"datatype":"UINT8","data":[4,5]}]}"#
        let answer = try await send(.post, path + "/infer", body)
        #expect(answer.status == 200)
        #expect(answer.body.contains(#""data":[4,5]"#))
        #expect(answer.body.contains(#""id":"a""#))
    }

    @Test("give binary tensors behind the JSON when they are asked for")
    func binary() async throws {
        let body =
            #"{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":[1,2],"datatype":"UINT8","data":[65,66]}]}"#
        let answer = try await send(.post, "/v2/models/echo/infer", body)
        let length = try #require(answer.headers["Inference-Header-Content-Length"].flatMap { Int($0) })
        #expect(answer.body.utf8.count == length + 2)
        #expect(answer.body.hasSuffix("AB"))
    }

    @Test(
        "answer errors with the status of their kind",
        arguments: [
            ("/v2/models/none/infer", "{}", 404), ("/v2/models/echo/versions/9/infer", "{}", 404),
            ("/v2/models/echo/infer", "{}", 400), ("/v2/models/echo/infer", "", 400),
            ("/v2/models/echo/infer", #"{"inputs":[{"name":"z","shape":[1,2],"datatype":"UINT8","data":[1,2]}]}"#, 400),
            (
                "/v2/models/echo/infer", #"{"inputs":[{"name":"x","shape":[1,3],"datatype":"UINT8","data":[1,2,3]}]}"#,
                400
            ),
            ("/v2/models/echo/infer", #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}"#, 400),
        ])
    func errors(_ path: String, _ body: String, _ status: Int) async throws {
        let answer = try await send(.post, path, body)
        #expect(answer.status == status)
        #expect(answer.body.contains("error"))
    }

    @Test("refuse a wrong method, an unknown coding and a body that is not what it says")
    func refused() async throws {
        #expect(try await send(.get, "/v2/models/echo/infer").status == 405)
        #expect(try await send(.post, "/v2/models/echo/infer", "{}", headers: ["Content-Encoding": "br"]).status == 400)
        #expect(
            try await send(.post, "/v2/models/echo/infer", "{}", headers: ["Content-Encoding": "gzip"]).status == 400)
        let length: HTTPHeaders = ["Inference-Header-Content-Length": "99"]
        #expect(try await send(.post, "/v2/models/echo/infer", "{}", headers: length).status == 400)
    }

    @Test("describe the server, its models and their counts")
    func descriptions() async throws {
        #expect(try await send(.get, "/v2").body.contains("binary_tensor_data"))
        #expect(try await send(.get, "/v2/health/ready").status == 200)
        #expect(try await send(.get, "/v2/models/stats").body.contains("model_stats"))
        #expect(try await send(.post, "/v2/repository/index").body.contains(#""state":"READY""#))
    }
}
