import Compression
import Foundation
import Imaging
import Inference
import TestSupport

/// Good requests and pictures to begin with.
struct Seeds {
    struct Request {
        let path: String
        let headers: [String: String]
        let body: Data
    }

    let pictures: [Data]
    let requests: [Request]

    /// - Throws: what keeps the fixtures from being read.
    init() throws {
        let folder = Fixtures.directory.appending(path: "pictures")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        pictures = try names.filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }
            .map { try Data(contentsOf: folder.appending(path: $0)) }.filter { $0.count < 64 << 10 }
        let small = pictures.min { $0.count < $1.count } ?? Data()
        requests = try [
            Self.json(), Self.json(texts: true), Self.binary([1, 2, 3, 4, 5, 6]), Self.pictures([small, small]),
            Self.compressed(.gzip), Self.compressed(.deflate),
        ]
    }

    /// A request for pictures, as `tritonclient` sends it.
    static func pictures(_ files: [Data]) -> Request {
        let tensor = Tensor(name: "image", shape: [files.count], elements: files)
        let head = Data(
            """
            {"id":"1","parameters":{"binary_data_output":true,"timeout":1000000},"inputs":[{"name":"image",\
            "shape":[\(files.count)],"datatype":"BYTES","parameters":{"binary_data_size":\(tensor.storage.byteCount)}}]}
            """.utf8)
        return Request(
            path: "/v2/models/maskwatch/infer", headers: ["Inference-Header-Content-Length": String(head.count)],
            body: head + tensor.data)
    }

    private static func json(texts: Bool = false) -> Request {
        let input =
            texts
            ? #"{"name":"image","shape":[1,2],"datatype":"BYTES","data":[["\u00e9","x\n"]]}"#
            : #"{"name":"x","shape":[2,3],"datatype":"UINT8","data":[[1,2,3],[4,5,6.0]]}"#
        let output = texts ? "faces" : "y"
        let model = texts ? "maskwatch" : "echo"
        let body = """
            {"id":"a","parameters":{"priority":1,"sequence_id":7},"inputs":[\(input)],
            "outputs":[{"name":"\(output)","parameters":{"binary_data":false}}]}
            """
        return Request(path: "/v2/models/\(model)/infer", headers: [:], body: Data(body.utf8))
    }

    private static func binary(_ bytes: [UInt8]) -> Request {
        let head = Data(
            """
            {"inputs":[{"name":"x","shape":[1,\(bytes.count)],"datatype":"UINT8",
            "parameters":{"binary_data_size":\(bytes.count)}}],"outputs":[{"name":"y","parameters":{"binary_data":true}}]}
            """.utf8)
        return Request(
            path: "/v2/models/echo/infer", headers: ["Inference-Header-Content-Length": String(head.count)],
            body: head + Data(bytes))
    }

    private static func compressed(_ coding: ContentCoding) throws -> Request {
        let plain = json()
        return Request(
            path: plain.path, headers: ["Content-Encoding": coding.rawValue, "Accept-Encoding": coding.rawValue],
            body: try coding.compress(plain.body))
    }
}
