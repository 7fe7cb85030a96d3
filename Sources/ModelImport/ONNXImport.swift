package import Foundation
package import Vision

/// An ONNX detector with raw YOLO heads, or an ONNX classifier of face crops, as a package. What the network expects of a
/// picture is put in front of it, so that like every package it takes bytes, NHWC, RGB.
package struct ONNXImport: Sendable {
    package var network: URL
    package var settings: URL

    package init(network: URL, settings: URL) {
        self.network = network
        self.settings = settings
    }

    /// - Parameter repository: the folder of packages.
    /// - Throws: `ModelImportError`.
    package func run(as identity: PackageIdentity, in repository: URL) throws -> ModelPackage {
        let file = try ModelFile(network, limit: ONNXModel.fileLimit)
        let model = try ONNXModel(file)
        let settings = try ONNXImportSettings(ModelFile(settings, limit: 1 << 20))
        let front = try PictureInput(model, settings.input)
        let description = try describe(model, settings, front, identity)
        let origins = [network, self.settings].map(\.lastPathComponent)
        return try PackageWriter(repository: repository, identity: identity, origins: origins).write(description) {
            try (front.isNeeded ? front.applied(to: model) : file.data).write(to: $0)
        }
    }

    private func describe(
        _ model: ONNXModel, _ settings: ONNXImportSettings, _ front: PictureInput, _ identity: PackageIdentity
    ) throws(ModelImportError) -> ModelDescription {
        var input = ModelDescription.Input(name: front.name)
        input.batch = front.shape[0] == 1 ? 1 : nil
        (input.height, input.width) = (front.shape[1], front.shape[2])
        var description = ModelDescription(
            name: identity.name, version: identity.version, task: settings.task, input: input, labels: settings.labels)
        description.thresholds = settings.thresholds ?? ModelDescription.Thresholds()
        switch settings.task {
        case .faceDetection:
            description.input.multiple = settings.input?.multiple
            description.input.longestSide = settings.input?.longestSide
            description.faceLabels = settings.faceLabels
            description.heads = try heads(of: model, settings)
        case .maskClassification:
            description.output = try output(of: model, settings)
            description.temperature = settings.temperature
            description.crop = settings.crop
        }
        return description
    }

    private func heads(
        of model: ONNXModel, _ settings: ONNXImportSettings
    ) throws(ModelImportError) -> [ModelDescription.Head] {
        guard let heads = settings.heads, !heads.isEmpty else {
            throw ModelImportError(
                self.settings.lastPathComponent,
                "a detector needs heads: [{\"output\", \"stride\", \"anchors\", \"scale_x_y\"}]")
        }
        for head in heads {
            guard let port = model.outputs.first(where: { $0.name == head.output }) else {
                let names = model.outputs.map(\.name).joined(separator: ", ")
                throw ModelImportError(model.file, "it has no output '\(head.output)'; it has \(names)")
            }
            let planes = [5, 5 + settings.labels.count].map { $0 * head.anchors.count }
            guard port.shape.count == 4, port.shape[1].map(planes.contains) ?? true else {
                throw ModelImportError(
                    model.file,
                    "its output '\(head.output)' is not [n, \(planes[1]), h, w], the raw planes of a YOLO head with "
                        + "\(head.anchors.count) anchors and \(settings.labels.count) labels")
            }
        }
        return heads
    }

    private func output(of model: ONNXModel, _ settings: ONNXImportSettings) throws(ModelImportError) -> String {
        guard let port = settings.output.map({ name in model.outputs.first { $0.name == name } }) ?? model.outputs.first
        else {
            let names = model.outputs.map(\.name).joined(separator: ", ")
            throw ModelImportError(model.file, "it has no output '\(settings.output ?? "")'; it has \(names)")
        }
        guard port.shape.count == 2, port.shape[1].map({ $0 == settings.labels.count }) ?? true else {
            throw ModelImportError(
                model.file, "its output '\(port.name)' is not [n, \(settings.labels.count)], a number for each label")
        }
        return port.name
    }
}
