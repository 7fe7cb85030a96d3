import Foundation
import InferenceOpenVINO
import ModelImport
import Vision

/// `maskwatch model import`: a foreign model becomes a package, and is tried once before it stays.
enum ModelImportCommand {
    private static let name = CommandOption(name: "--name", value: "NAME", help: "name of the package")
    private static let version = CommandOption(
        name: "--version", value: "N", help: "version of the package, a whole number (default: 1)")
    private static let faces = CommandOption(
        name: "--faces", value: "LABEL,...", help: "which of the names are faces (default: all of them)")
    private static let longestSide = CommandOption(
        name: "--longest-side", value: "N", help: "pictures are scaled to it (default: the side in the .cfg file)")
    private static let score = CommandOption(
        name: "--score", value: "X", help: "from which score on a face counts (default: 0.5)")
    private static let overlap = CommandOption(
        name: "--nms-iou", value: "X", help: "overlap above which the better of two boxes stays (default: 0.45)")
    private static let license = CommandOption(
        name: "--license", value: "SPDX", help: "licence of the weights (default: NOASSERTION)")
    private static let description = CommandOption(
        name: "--description", value: "TEXT", help: "one sentence for the model card")

    static let definition = CommandDefinition(
        path: ["model", "import"], summary: "Make a model package of a darknet or ONNX model",
        details: """
            maskwatch model import --name mine mine.cfg mine.weights mine.names
            maskwatch model import --name mine mine.onnx mine.json

            The JSON file says what an ONNX file does not: docs/model-package.md lists its keys. The package lands in the
            folder of model packages; model.detector or model.classifier in the configuration chooses it.
            """,
        options: [name, version, faces, longestSide, score, overlap, license, description], operands: "FILE...",
        operandCount: 2...3
    ) { input in
        guard let chosen = input.text(name) else { throw UsageError("model import needs --name NAME") }
        let configuration = try AppConfiguration.load(input)
        let identity = PackageIdentity(
            name: chosen, version: input.text(version) ?? "1", license: input.text(license) ?? "NOASSERTION",
            description: input.text(description) ?? "")
        let repository = try VisionParts.repository(configuration)
        let package = try imported(input, as: identity, in: repository.directory)
        do { try await trial(of: package, configuration) } catch {
            try? FileManager.default.removeItem(at: package.directory)
            throw CommandFailure("\(chosen): the network does not run as described, nothing was kept: \(error)")
        }
        Console.output("\(package.identity)  \(package.description.task.rawValue)  \(package.directory.path)")
        return .done
    }

    private static func imported(
        _ input: CommandInput, as identity: PackageIdentity, in folder: URL
    ) throws -> ModelPackage {
        func file(_ ending: String) -> URL? {
            input.operands.first { $0.lowercased().hasSuffix(ending) }.map { URL(fileURLWithPath: $0) }
        }
        if let network = file(".onnx"), let settings = file(".json") {
            guard [faces, longestSide, score, overlap].allSatisfy({ !input.has($0) }) else {
                throw UsageError("for an ONNX model labels, sizes and thresholds stand in the JSON file")
            }
            return try ONNXImport(network: network, settings: settings).run(as: identity, in: folder)
        }
        guard let cfg = file(".cfg"), let weights = file(".weights"), let names = file(".names") else {
            throw UsageError("model import takes a .cfg, a .weights and a .names file, or an .onnx and a .json file")
        }
        var darknet = DarknetImport(configuration: cfg, weights: weights, names: names)
        darknet.faces = input.text(faces).map { $0.split(separator: ",").map(String.init) }
        darknet.longestSide = try input.number(longestSide, in: 32...8192)
        darknet.score = try input.number(score, in: 0...1) ?? darknet.score
        darknet.overlap = try input.number(overlap, in: 0...1) ?? darknet.overlap
        return try darknet.run(as: identity, in: folder)
    }

    /// Loads the network and gives it one grey picture.
    private static func trial(of package: ModelPackage, _ configuration: AppConfiguration) async throws {
        let backend = try OpenVINOBackend(logger: configuration.logger())
        try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        switch package.description.task {
        case .faceDetection: try await FaceDetector(package, backend: backend).tryOnce()
        case .maskClassification: try await MaskClassifier(package, backend: backend).tryOnce()
        }
    }
}
