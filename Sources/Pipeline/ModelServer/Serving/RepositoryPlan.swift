package import Vision

/// What has to be done so that what is served is what the folder of packages holds. A folder that is new or has changed is
/// loaded once it has stood still from one look to the next: somebody may be copying into it.
package struct RepositoryPlan {
    package enum Step: Hashable {
        case load(ModelRepository.Folder)
        case remove(name: String, version: String)
    }

    private struct Key: Hashable {
        let name: String
        let version: String
    }

    private var handled: [Key: ModelRepository.Folder] = [:]
    private var seen: Set<ModelRepository.Folder> = []

    package init() {}

    /// - Parameters:
    ///   - folders: what is there now.
    ///   - settled: whether to take new folders as they are, as at the start.
    package mutating func steps(for folders: [ModelRepository.Folder], settled: Bool = false) -> [Step] {
        let present = Set(folders.map { Key(name: $0.name, version: $0.version) })
        let gone = handled.keys.filter { !present.contains($0) }
            .sorted { ($0.name, $0.version) < ($1.name, $1.version) }
        let changed = folders.filter { folder in
            handled[Key(name: folder.name, version: folder.version)] != folder && (settled || seen.contains(folder))
        }
        seen = Set(folders)
        for key in gone { handled.removeValue(forKey: key) }
        for folder in changed { handled[Key(name: folder.name, version: folder.version)] = folder }
        return gone.map { .remove(name: $0.name, version: $0.version) } + changed.map { .load($0) }
    }
}
