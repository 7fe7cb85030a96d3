package import Foundation

/// A folder of model packages, `<name>/<version>/`.
package struct ModelRepository: Sendable {
    package let directory: URL

    package init(directory: URL) {
        self.directory = directory
    }

    /// What the folder holds, good or bad, by name, newest version first.
    package struct Entry: Sendable {
        package let name: String
        package let version: String
        package let package: Result<ModelPackage, ModelPackageError>
    }

    /// Reads and checks every package; reads all their bytes.
    package func entries() -> [Entry] {
        subfolders(of: directory).flatMap { name in
            versions(of: name).map { version in
                Entry(
                    name: name, version: version,
                    package: Result { () throws(ModelPackageError) in
                        try open(name, version)
                    })
            }
        }
    }

    /// Where a package should be, and a text that changes when its files do.
    package struct Folder: Hashable, Sendable {
        package let name: String
        package let version: String
        package let fingerprint: String

        package init(name: String, version: String, fingerprint: String) {
            self.name = name
            self.version = version
            self.fingerprint = fingerprint
        }
    }

    /// What the folder holds, without reading it.
    package func folders() -> [Folder] {
        subfolders(of: directory).flatMap { name in
            versions(of: name).map { version in
                let folder = directory.appending(path: name).appending(path: version)
                return Folder(name: name, version: version, fingerprint: fingerprint(of: folder))
            }
        }
    }

    /// Names, sizes and times of the files.
    private func fingerprint(of folder: URL) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { name in
            let facts = try? FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
            let time = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(name) \(facts?[.size] as? Int ?? 0) \(time)"
        }.joined(separator: "\n")
    }

    /// One package by name: the version given, or the newest.
    /// - Throws: `ModelPackageError`.
    package func package(named name: String, version: String? = nil) throws(ModelPackageError) -> ModelPackage {
        guard let chosen = version ?? versions(of: name).first else {
            let names = subfolders(of: directory).joined(separator: ", ")
            throw ModelPackageError(
                .notFound,
                "there is no model '\(name)' in \(directory.path); there \(names.isEmpty ? "are none" : "is \(names)")")
        }
        return try open(name, chosen)
    }

    /// The package for a task: of all names in alphabetical order the first that does it, in its newest version.
    /// - Throws: `ModelPackageError` with `.notFound`, or what is wrong with the only candidates.
    package func package(for task: ModelDescription.Task) throws(ModelPackageError) -> ModelPackage {
        var refused: ModelPackageError?
        for name in subfolders(of: directory) {
            do throws(ModelPackageError) {
                let candidate = try package(named: name)
                if candidate.description.task == task { return candidate }
            } catch {
                if error.code != .notFound { refused = refused ?? error }
            }
        }
        throw refused
            ?? ModelPackageError(.notFound, "there is no model for \(task.rawValue) in \(directory.path)")
    }

    private func open(_ name: String, _ version: String) throws(ModelPackageError) -> ModelPackage {
        let package = try ModelPackage(at: directory.appending(path: name).appending(path: version))
        guard package.name == name, package.version == version else {
            throw ModelPackageError(
                .invalid, "the model package in \(name)/\(version) says it is \(package.identity): move or correct it")
        }
        return package
    }

    /// Newest first.
    private func versions(of name: String) -> [String] {
        guard !name.contains("/"), name != "..", name != "." else { return [] }
        return subfolders(of: directory.appending(path: name)).filter { Int($0) != nil }
            .sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
    }

    private func subfolders(of folder: URL) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            let exists = unsafe FileManager.default.fileExists(
                atPath: folder.appending(path: name).path, isDirectory: &isFolder)
            return exists && isFolder.boolValue && !name.hasPrefix(".")
        }.sorted()
    }
}
