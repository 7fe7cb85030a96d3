import Inference
import Synchronization

/// The models that are served, by name and version. A new version is added when it is ready; only then does it become the
/// one that requests without a version get.
package final class ModelCatalog: Sendable {
    private let models = Mutex<[String: [Int: ServedModel]]>([:])

    package init() {}

    package func add(_ model: ServedModel) {
        models.withLock { $0[model.metadata.name, default: [:]][Int(model.metadata.version) ?? 0] = model }
    }

    package func remove(_ name: String, version: String) {
        models.withLock { _ = $0[name]?.removeValue(forKey: Int(version) ?? 0) }
    }

    /// - Parameter version: nil for the newest.
    /// - Throws: `InferenceError` with `.notFound`.
    func model(_ name: String, version: String?) throws -> ServedModel {
        let versions = models.withLock { $0[name] ?? [:] }
        guard let newest = versions.keys.max() else {
            throw InferenceError(.notFound, "Request for unknown model: '\(name)' is not found")
        }
        guard let version else { return versions[newest]! }
        guard let number = Int(version), let model = versions[number] else {
            throw InferenceError(.notFound, "Request for unknown model: '\(name)' version \(version) is not found")
        }
        return model
    }

    /// By name and version.
    var all: [ServedModel] {
        models.withLock { $0.sorted { $0.key < $1.key }.flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) } }
    }

    func versions(of name: String) -> [String] {
        models.withLock { ($0[name] ?? [:]).keys.sorted().map { String($0) } }
    }
}
