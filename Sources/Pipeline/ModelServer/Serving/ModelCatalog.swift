import Inference
import Synchronization

/// The models that are served, by name and version, and those that cannot be, with the reason. A new version is added when
/// it is ready; only then does it become the one that requests without a version get.
package final class ModelCatalog: Sendable {
    private struct Slot {
        var model: ServedModel?
        /// Why there is no model, or why a newer state of it was refused.
        var reason = ""
    }

    private struct State {
        var slots: [String: [Int: Slot]] = [:]
        var aliases: [String: String] = [:]
    }

    /// A line of the repository index.
    struct IndexEntry {
        let name: String
        let version: String
        let isReady: Bool
        let reason: String
    }

    private let required: [String]
    private let state = Mutex(State())

    /// - Parameter required: names without which the server is not ready.
    package init(required: [String] = []) { self.required = required }

    package func add(_ model: ServedModel) {
        state.withLock {
            $0.slots[model.metadata.name, default: [:]][Int(model.metadata.version) ?? 0] = Slot(model: model)
        }
    }

    /// A version, or a newer state of it, cannot be served. What was served before stays.
    package func refuse(_ name: String, version: String, reason: String) {
        state.withLock { $0.slots[name, default: [:]][Int(version) ?? 0, default: Slot()].reason = reason }
    }

    package func remove(_ name: String, version: String) {
        state.withLock {
            $0.slots[name]?.removeValue(forKey: Int(version) ?? 0)
            if $0.slots[name]?.isEmpty == true { $0.slots.removeValue(forKey: name) }
        }
    }

    /// Lets `alias` mean `name`, unless there is a model of the alias' own name.
    package func alias(_ alias: String, to name: String) { state.withLock { $0.aliases[alias] = name } }

    /// - Parameter version: nil for the newest.
    /// - Throws: `InferenceError` with `.notFound`, or `.unavailable` for one that cannot be served.
    package func model(_ name: String, version: String? = nil) throws -> ServedModel {
        let slots = slots(of: name)
        let served = slots.compactMapValues(\.model)
        if let version {
            guard let slot = Int(version).flatMap({ slots[$0] }) else {
                throw InferenceError(.notFound, "Request for unknown model: '\(name)' version \(version) is not found")
            }
            guard let model = slot.model else {
                throw InferenceError(.unavailable, "model '\(name)' version \(version) is not ready: \(slot.reason)")
            }
            return model.named(name)
        }
        guard let newest = served.keys.max(), let model = served[newest] else {
            if let newest = slots.keys.max(), let slot = slots[newest] {
                throw InferenceError(.unavailable, "model '\(name)' is not ready: \(slot.reason)")
            }
            throw InferenceError(.notFound, "Request for unknown model: '\(name)' is not found")
        }
        return model.named(name)
    }

    /// Those that are served, by name and version; aliases are not among them.
    var all: [ServedModel] {
        state.withLock { state in
            state.slots.sorted { $0.key < $1.key }
                .flatMap { $0.value.sorted { $0.key < $1.key }.compactMap(\.value.model) }
        }
    }

    /// Every model, every alias, good or bad.
    var index: [IndexEntry] {
        let (slots, aliases) = state.withLock { ($0.slots, $0.aliases) }
        let names = Set(slots.keys).union(aliases.keys).sorted()
        return names.flatMap { name in
            let isAlias = slots[name] == nil
            return self.slots(of: name).sorted { $0.key < $1.key }.map { version, slot in
                let reason = isAlias && slot.reason.isEmpty ? "stands for \(aliases[name] ?? "")" : slot.reason
                return IndexEntry(name: name, version: String(version), isReady: slot.model != nil, reason: reason)
            }
        }
    }

    /// Whether every required model, and at least one, is served.
    var isReady: Bool { !all.isEmpty && required.allSatisfy { (try? model($0)) != nil } }

    func versions(of name: String) -> [String] {
        slots(of: name).filter { $0.value.model != nil }.keys.sorted().map { String($0) }
    }

    private func slots(of name: String) -> [Int: Slot] {
        state.withLock { state in
            state.slots[name] ?? state.aliases[name].flatMap { state.slots[$0] } ?? [:]
        }
    }
}
