package import Foundation
package import Inference

/// Writes model packages as Triton lays out its model repository: `<name>/config.pbtxt` and `<name>/<version>/` with the
/// network.
package struct TritonRepository: Sendable {
    /// Reads the tensors of a network file; throws `InferenceError`.
    package typealias ReadTensors = @Sendable (_ package: ModelPackage, _ network: URL) async throws -> ModelMetadata

    private let directory: URL
    private let batching: TritonConfiguration.Batching
    private let read: ReadTensors

    package init(
        directory: URL, batching: TritonConfiguration.Batching = TritonConfiguration.Batching(),
        read: @escaping ReadTensors
    ) {
        self.directory = directory
        self.batching = batching
        self.read = read
    }

    /// What a package becomes: the files of its network, and its configuration.
    package struct Model: Sendable {
        package let files: [String]
        package let configuration: TritonConfiguration
    }

    /// - Throws: `ModelPackageError`, `InferenceError`.
    package func model(_ package: ModelPackage) async throws -> Model {
        let network = try package.tritonNetwork()
        let metadata = try await read(package, package.directory.appending(path: network.files[0]))
        let configuration = try TritonConfiguration(
            metadata, backend: network.backend, file: network.files[0], batching: batching)
        return Model(files: network.files, configuration: configuration)
    }

    /// Adds a package; the same version of it is replaced, others stay.
    /// - Returns: the folder of the model.
    /// - Throws: `ModelPackageError`, `InferenceError`, or what the file system says.
    package func add(_ package: ModelPackage) async throws -> URL {
        let model = try await model(package)
        let folder = directory.appending(path: package.name)
        let version = folder.appending(path: package.version)
        if FileManager.default.fileExists(atPath: version.path) { try FileManager.default.removeItem(at: version) }
        try FileManager.default.createDirectory(at: version, withIntermediateDirectories: true)
        for file in model.files {
            try FileManager.default.copyItem(
                at: package.directory.appending(path: file), to: version.appending(path: file))
        }
        try Data(model.configuration.text.utf8).write(to: folder.appending(path: "config.pbtxt"), options: .atomic)
        return folder
    }
}

extension ModelPackage {
    /// ONNX, which GPUs run too, where the package has it, otherwise OpenVINO IR; the network first, then its weights.
    /// - Throws: `ModelPackageError` with `.noNetwork`.
    fileprivate func tritonNetwork() throws(ModelPackageError) -> (
        backend: TritonConfiguration.Backend, files: [String]
    ) {
        if let file = description.files.first(where: { $0.format == "onnx" }) { return (.onnxRuntime, [file.path]) }
        let network = try openVINONetwork().lastPathComponent
        let weights = URL(filePath: network).deletingPathExtension().appendingPathExtension("bin").lastPathComponent
        return (.openVINO, [network, weights])
    }
}
