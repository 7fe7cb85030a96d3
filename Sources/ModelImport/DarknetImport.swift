package import Foundation
package import Vision

/// A darknet detector (`.cfg`, `.weights`, `.names`) as a package.
package struct DarknetImport: Sendable {
    package var configuration: URL
    package var weights: URL
    package var names: URL
    /// Which of the names are faces; nil if all are.
    package var faces: [String]?
    /// Pixels of the longest side a picture is scaled to; nil for the longer side of the `.cfg` file.
    package var longestSide: Int?
    /// 0...1.
    package var score: Float = 0.5
    package var overlap: Float = 0.45

    package init(configuration: URL, weights: URL, names: URL) {
        self.configuration = configuration
        self.weights = weights
        self.names = names
    }

    /// - Parameter repository: the folder of packages.
    /// - Throws: `ModelImportError`.
    package func run(as identity: PackageIdentity, in repository: URL) throws -> ModelPackage {
        let network = try DarknetNetwork(ModelFile(configuration, limit: DarknetNetwork.configurationLimit))
        let labels = try LabelFile.labels(in: ModelFile(names, limit: 1 << 18))
        let description = try describe(network, labels, identity)
        let numbers = try DarknetWeights(ModelFile(weights, limit: DarknetWeights.fileLimit), for: network)
        let graph = try DarknetTranslation.graph(of: network, numbers)
        let origins = [configuration, weights, names].map(\.lastPathComponent)
        return try PackageWriter(repository: repository, identity: identity, origins: origins)
            .write(description) { try graph.write(to: $0) }
    }

    private func describe(
        _ network: DarknetNetwork, _ labels: [String], _ identity: PackageIdentity
    ) throws(ModelImportError) -> ModelDescription {
        let heads = network.heads.map(\.head)
        guard let first = heads.first, first.classes == labels.count else {
            throw ModelImportError(
                names.lastPathComponent,
                "there are \(labels.count) names, but \(network.file) has classes=\(heads.first?.classes ?? 0)")
        }
        if let unknown = faces?.first(where: { !labels.contains($0) }) {
            throw ModelImportError(
                names.lastPathComponent, "there is no '\(unknown)'; there is \(labels.joined(separator: ", "))")
        }
        var input = ModelDescription.Input(name: DarknetTranslation.inputName)
        input.multiple = network.multiple
        input.longestSide = longestSide ?? max(network.width, network.height)
        var description = ModelDescription(
            name: identity.name, version: identity.version, task: .faceDetection, input: input, labels: labels)
        description.faceLabels = faces
        description.heads = heads.enumerated().map { index, head in
            ModelDescription.Head(
                output: DarknetTranslation.outputName(index), stride: head.stride, anchors: head.anchors,
                scaleXY: head.scaleXY, newCoords: head.newCoords ? true : nil)
        }
        description.thresholds.score = score
        description.thresholds.nmsIou = overlap
        if first.suppression.isDistance {
            description.thresholds.nmsKind = "distance"
            description.thresholds.nmsBeta = first.suppression.beta
        }
        return description
    }
}
