import Domain
import Foundation
import Secrets
import Vision

/// Lays a package down in a folder of packages: all of it or nothing.
struct PackageWriter {
    static let network = "model.onnx"

    let repository: URL
    let identity: PackageIdentity
    /// The files it came from, for the model card.
    let origins: [String]

    /// - Parameter network: writes the ONNX file.
    /// - Throws: `ModelImportError`, `ModelPackageError`.
    func write(_ description: ModelDescription, network: (URL) throws -> Void) throws -> ModelPackage {
        let target = repository.folder(of: identity)
        guard !FileManager.default.fileExists(atPath: target.path) else {
            throw ModelImportError(
                identity.name, "version \(identity.version) is there already; choose another by --version")
        }
        let draft = repository.appending(path: ".import-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: draft) }
        do {
            try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
            try network(draft.appending(path: Self.network))
            var description = description
            (description.license, description.description) = (identity.license, identity.description)
            let digest = try SHA256.hexDigest(ofFile: draft.appending(path: Self.network))
            description.files = [
                ModelDescription.File(path: Self.network, format: "onnx", precision: "FP32", sha256: digest)
            ]
            try JSON.encode(description, pretty: true).write(to: draft.appending(path: "model.json"))
            try Data(card(description).utf8).write(to: draft.appending(path: "MODEL_CARD.md"))
            _ = try ModelPackage(at: draft)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.moveItem(at: draft, to: target)
        } catch let error as ModelImportError { throw error } catch let error as ModelPackageError {
            throw ModelImportError(identity.name, error.message.replacing("\(draft.path)/", with: ""))
        } catch {
            throw ModelImportError(
                identity.name, "the package cannot be written to \(target.path): \(error.localizedDescription)")
        }
        return try ModelPackage(at: target)
    }

    private func card(_ model: ModelDescription) -> String {
        """
        # \(model.name) \(model.version)

        \(identity.description)

        Imported by `maskwatch model import` from \(origins.joined(separator: ", ")). Licence: \(identity.license).
        Labels: \(model.labels.joined(separator: ", ")).

        Nothing has been measured yet: `maskwatch evaluate` says how good it is on pictures of yours. Intended use, data and
        limits are for whoever trained it to state.

        """
    }
}
