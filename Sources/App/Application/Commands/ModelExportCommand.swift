import Foundation
import Inference
import InferenceOpenVINO
import Vision

/// `maskwatch model export`: model packages for other servers.
enum ModelExportCommand {
    private static let triton = CommandOption(
        name: "--triton", value: "DIR", help: "write a Triton model repository into this folder")
    private static let batch = CommandOption(
        name: "--max-batch", value: "N", help: "pictures, or faces, of one run (default 8)")

    static let definition = CommandDefinition(
        path: ["model", "export"], summary: "Write model packages as a Triton model repository",
        details: "Without a name: the configured detector and classifier. See deploy/triton/README.md.",
        options: [triton, batch], operands: "[NAME...]", operandCount: 0...100
    ) { input in
        guard let folder = input.text(triton) else { throw UsageError("model export needs --triton DIR") }
        let configuration = try AppConfiguration.load(input)
        var batching = TritonConfiguration.Batching()
        batching.maximumSize = try input.number(batch, in: 1...256) ?? batching.maximumSize
        let backend = try OpenVINOBackend(logger: configuration.logger())
        let repository = TritonRepository(directory: URL(fileURLWithPath: folder), batching: batching) {
            package, network in
            try await backend.load(name: package.name, version: package.version, xml: network)
            return try await backend.metadata(of: package.name)
        }
        for package in try packages(input.operands, configuration) {
            Console.output("\(package.identity)  \(try await repository.add(package).path)")
        }
        return .done
    }

    private static func packages(_ names: [String], _ configuration: AppConfiguration) throws -> [ModelPackage] {
        guard names.isEmpty else {
            let repository = try VisionParts.repository(configuration)
            return try names.map { try repository.package(named: $0) }
        }
        let packages = try VisionParts.packages(configuration)
        return [packages.detector, packages.classifier]
    }
}
