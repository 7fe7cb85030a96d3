#if GUIDED
    import Domain
    import Foundation
    import Inference
    import TestSupport

    /// Seeds as bytes alone, as libFuzzer takes them.
    extension Seeds {
        func packed(for target: FuzzTarget) throws -> [Data] {
            switch target {
            case .requests: requests.map(\.packed)
            case .pictures: pictures
            case .answers: answers
            case .messages: try [JSON.encode(observation), JSON.encode(snapshot)]
            case .listings: [Data(listing.utf8)]
            case .packages: try ["face-fast", "mask-classifier"].map { try Self.file("models/\($0)/1/model.json") }
            case .configuration:
                try ["config/embedded.yaml", "config/distributed.yaml"].map(Self.file) + [Data("a: [b, {c: d}]\n".utf8)]
            case .tables: [Data("name,address\n\"a, b\",rtsp://c/\n".utf8), Data("a;b\r\n1;\"x\"\"y\"\r\n".utf8)]
            case .templates: [Data("{{camera}} {{#link}}({{link}}){{/link}}{{^link}}-{{/link}}".utf8)]
            case .addresses: [Data("rtsp://user:p%40ss@[::1]:8554/a?b=c".utf8), Data("https://camera.test/x.jpg".utf8)]
            case .darknet: try ["training/cfg/face-fast.cfg", "training/cfg/face-accurate.cfg"].map(Self.file) + [tiny]
            case .onnx: try [FuzzTarget.onnx(of: tiny)]
            }
        }

        private static func file(_ path: String) throws -> Data {
            let root = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
            return try Data(contentsOf: root.appending(path: path))
        }

        private var answers: [Data] {
            let text = #"{"model_version":"1","outputs":[{"name":"y","shape":[2],"datatype":"FP32","data":[1,2.5]}]}"#
            let head = """
                {"outputs":[{"name":"y","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}
                """
            let length = UInt8(head.utf8.count)
            return [Data([0, 0]) + Data(text.utf8), Data([0, length]) + Data(head.utf8) + Data(count: 8)]
        }

        private var observation: Observation {
            .sample(camera: CameraID(), at: Date(timeIntervalSince1970: 1_700_000_000), without: 1, worn: 1)
        }

        private var snapshot: SnapshotTaken {
            let seen = observation
            return SnapshotTaken(
                snapshotID: seen.snapshotID, cameraID: seen.cameraID, takenAt: seen.takenAt, objectKey: seen.objectKey,
                width: seen.width, height: seen.height, bytes: 1)
        }

        private var listing: String {
            """
            <?xml version="1.0"?><ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated><Contents><Key>a&amp;b</Key>
            <Size>1</Size></Contents><NextContinuationToken>x</NextContinuationToken></ListBucketResult>
            """
        }

        /// One layer and a head with their weights.
        var tiny: Data {
            let text = """
                [net]
                width=32
                height=32
                channels=3
                [convolutional]
                filters=18
                size=1
                stride=32
                activation=linear
                [yolo]
                mask=0,1,2
                anchors=8,8,12,12,16,16
                classes=1
                num=3

                """
            let header: [UInt8] = [0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0] + Array(repeating: 0, count: 8)
            return Data(text.utf8) + Data("%".utf8) + Data(header) + Data(count: (18 + 18 * 3) * 4)
        }
    }

    extension Seeds.Request {
        private static let paths = ["/v2/models/echo/infer", "/v2/models/maskwatch/infer"]
        private static let codings: [String?] = [nil, "gzip", "deflate"]

        /// The path, the coding, two bytes of the length of the JSON (0 if all of it is JSON), the body.
        var packed: Data {
            let path = Self.paths.firstIndex(of: path) ?? 0
            let coding = Self.codings.firstIndex(of: headers["Content-Encoding"]) ?? 0
            let length = headers["Inference-Header-Content-Length"].flatMap { Int($0) } ?? 0
            return Data([UInt8(path), UInt8(coding), UInt8(length >> 8), UInt8(length & 0xFF)]) + body
        }

        /// Nil if there are too few bytes.
        init?(packed: Data) {
            let bytes = [UInt8](packed.prefix(4))
            guard bytes.count == 4 else { return nil }
            var headers: [String: String] = [:]
            let length = Int(bytes[2]) << 8 | Int(bytes[3])
            if length > 0 { headers["Inference-Header-Content-Length"] = String(length) }
            if let coding = Self.codings[Int(bytes[1]) % Self.codings.count] {
                headers["Content-Encoding"] = coding
                headers["Accept-Encoding"] = coding
            }
            self.init(
                path: Self.paths[Int(bytes[0]) % Self.paths.count], headers: headers, body: Data(packed.dropFirst(4)))
        }
    }
#endif
