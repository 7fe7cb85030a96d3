import Foundation
import Inference
import InferenceOpenVINO
import Logging
import TestSupport
import Testing
import Vision

@Suite("A Triton model repository", .serialized)
struct TritonTests {
    private static let project = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()

    static let packages: [ModelPackage] = {
        let shipped = ModelRepository(directory: project.appending(path: "models")).entries()
        return ((try? FixtureAnalyzer.packages()) ?? []) + shipped.compactMap { try? $0.package.get() }
    }()

    private func metadata(of package: ModelPackage, _ network: URL) async throws -> ModelMetadata {
        let backend = try OpenVINOBackend(logger: .silent)
        try await backend.load(name: package.name, version: package.version, xml: network)
        return try await backend.metadata(of: package.name)
    }

    private func repository(_ directory: URL) -> TritonRepository {
        TritonRepository(directory: directory) { try await metadata(of: $0, $1) }
    }

    @Test("says of every network what the network says of itself", arguments: packages.map(\.directory.path))
    func configuration(path: String) async throws {
        let package = try ModelPackage(at: URL(filePath: path))
        let scratch = try ScratchDirectory()
        let folder = try await repository(scratch.url).add(package)
        let text = try String(contentsOf: folder.appending(path: "config.pbtxt"), encoding: .utf8)
        let message = try TextProtobuf.parse(text)
        let file = try #require(message.text("default_model_filename"))
        let network = folder.appending(path: package.version).appending(path: file)
        let hasONNX = package.description.files.contains { $0.format == "onnx" }
        #expect(message.text("name") == package.name && file.hasSuffix(hasONNX ? ".onnx" : ".xml"))
        #expect(message.text("backend") == (hasONNX ? "onnxruntime" : "openvino"))
        #expect(message.number("max_batch_size") == 8)
        // Read again from the copy, so that the copy is whole.
        let tensors = try await metadata(of: package, network)
        for (field, expected) in [("input", tensors.inputs), ("output", tensors.outputs)] {
            let found = message.messages(field)
            #expect(found.map { $0.text("name") } == expected.map(\.name))
            #expect(found.map { $0.word("data_type") } == expected.map { "TYPE_\($0.type.rawValue)" })
            #expect(found.map { [-1] + $0.numbers("dims") } == expected.map(\.shape))
        }
        let batching = try #require(message.messages("dynamic_batching").first)
        #expect(batching.number("max_queue_delay_microseconds") == 2000)
        #expect(batching.messages("default_queue_policy").first?.number("max_queue_size") == 64)
        let group = try #require(message.messages("instance_group").first)
        #expect(group.number("count") == 1 && group.word("kind") == (hasONNX ? "KIND_AUTO" : "KIND_CPU"))
        // The copies serve as what the package says.
        try package.check(tensors)
    }

    @Test("replaces a version and leaves the others")
    func versions() async throws {
        let scratch = try ScratchDirectory()
        let package = try FixtureAnalyzer.packages()[0]
        let folder = try await repository(scratch.url).add(package)
        let older = folder.appending(path: "0")
        try FileManager.default.createDirectory(at: older, withIntermediateDirectories: true)
        let rubbish = folder.appending(path: "\(package.version)/rubbish")
        try Data([1]).write(to: rubbish)
        _ = try await repository(scratch.url).add(package)
        #expect(FileManager.default.fileExists(atPath: older.path))
        #expect(!FileManager.default.fileExists(atPath: rubbish.path))
    }

    @Test("refuses a network that takes one picture only")
    func fixedBatch() {
        let metadata = ModelMetadata(
            name: "m", version: "1", platform: "", inputs: [.init(name: "x", type: .uint8, shape: [1, -1, -1, 3])],
            outputs: [.init(name: "y", type: .float32, shape: [1, 3])])
        let error = #expect(throws: ModelPackageError.self) {
            try TritonConfiguration(metadata, backend: .onnxRuntime, file: "model.onnx")
        }
        #expect(error?.message.contains("'x' has the shape [1, -1, -1, 3]") == true)
    }

    @Test("is the one in deploy/triton", arguments: ["face-fast", "mask-classifier"])
    func shipped(name: String) async throws {
        let package = try #require(Self.packages.first { $0.name == name })
        let file = Self.project.appending(path: "deploy/triton/models/\(name)/config.pbtxt")
        let made = try await repository(Self.project).model(package).configuration.text
        #expect(try String(contentsOf: file, encoding: .utf8) == made)
    }
}
