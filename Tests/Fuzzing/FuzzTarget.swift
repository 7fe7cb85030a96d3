#if GUIDED
    import CSV
    import Configuration
    import Domain
    import Foundation
    import Inference
    import Notifications

    @testable import ModelImport
    @testable import ObjectStorageS3
    @testable import Vision

    /// What reads bytes from outside. Each refuses what it cannot read by an error, and never ends the process.
    enum FuzzTarget: String, CaseIterable {
        /// The model API: JSON, raw tensors, compressed bodies.
        case requests
        case pictures
        /// Of model servers that are not ours.
        case answers
        /// Of the queues, as processors and analyzers read them.
        case messages
        /// Of an object store.
        case listings
        /// `model.json`.
        case packages
        case configuration
        case tables
        case templates
        case addresses
        /// `.cfg`, then after a line of `%` the `.weights`.
        case darknet
        case onnx

        /// - Parameter bytes: empty too.
        func run(_ bytes: Data, _ api: ModelAPI) async {
            switch self {
            case .requests: await post(Seeds.Request(packed: bytes), api)
            case .pictures: await post(Seeds.pictures([bytes]), api)
            case .answers: answers(bytes)
            case .messages:
                _ = try? JSON.decode(SnapshotTaken.self, from: bytes)
                _ = try? JSON.decode(Observation.self, from: bytes)
            case .listings: _ = XMLTree(bytes)
            case .packages:
                let folder = FileManager.default.temporaryDirectory
                let description = try? JSON.decode(ModelDescription.self, from: bytes)
                try? description.map { try ModelDescriptionCheck($0, in: folder).run() }
            case .configuration: _ = try? YAMLParser.parse(String(decoding: bytes, as: UTF8.self), name: "fuzz")
            case .tables: _ = try? CSVReader(bytes)
            case .templates:
                let template = try? MessageTemplate(String(decoding: bytes, as: UTF8.self))
                _ = template?.render([.camera: "{{camera}}", .link: ""])
            case .addresses: _ = try? CameraAddress(String(decoding: bytes, as: UTF8.self)).text()
            case .darknet: _ = try? Self.graph(of: bytes)
            case .onnx: _ = try? onnx(bytes)
            }
        }

        private func post(_ request: Seeds.Request?, _ api: ModelAPI) async {
            guard let request, let status = try? await api.post(request) else { return }
            precondition(ModelAPI.expects(status), "answered with \(status)")
        }

        /// The first two bytes are the length of the JSON.
        private func answers(_ bytes: Data) {
            guard bytes.count > 2 else { return }
            let length = Int(bytes[bytes.startIndex]) << 8 | Int(bytes[bytes.startIndex + 1])
            _ = try? OpenInferenceAnswer(
                body: Data(bytes.dropFirst(2)), headerLength: length == 0 ? nil : length, model: "fuzz")
        }

        private static func graph(of bytes: Data) throws -> ONNXGraph? {
            let parts = bytes.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
            let network = try DarknetNetwork(ModelFile(name: "fuzz.cfg", data: Data(parts[0])))
            guard parts.count > 1, network.weights < 1 << 16 else { return nil }
            let weights = try DarknetWeights(ModelFile(name: "fuzz.weights", data: Data(parts[1])), for: network)
            return try DarknetTranslation.graph(of: network, weights)
        }

        /// What a darknet network is imported as.
        static func onnx(of darknet: Data) throws -> Data {
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).onnx")
            defer { try? FileManager.default.removeItem(at: file) }
            try graph(of: darknet)?.write(to: file)
            return try Data(contentsOf: file)
        }

        private func onnx(_ bytes: Data) throws {
            let model = try ONNXModel(ModelFile(name: "fuzz.onnx", data: bytes))
            _ = try PictureInput(model, nil).applied(to: model)
        }
    }
#endif
