import Foundation

/// The project's own files, as text.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File: Sendable {
        /// Relative to the root.
        let path: String
        let lines: [String]

    }

    static let swiftFiles: [File] = ["Sources", "Tests"].flatMap { folder in
        let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.allObjects ?? []
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.compactMap { path in
            let text = try? String(contentsOf: root.appending(path: "\(folder)/\(path)"), encoding: .utf8)
            return text.map { File(path: "\(folder)/\(path)", lines: $0.components(separatedBy: "\n")) }
        }
    }

    struct Target: Sendable {
        let name: String
        let path: String
        let dependencies: Set<String>

    }

    /// The targets as SwiftPM reads them. A scratch folder of its own keeps it off the lock of the running build.
    static let targets: [Target] = {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "maskwatch-dump-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path, "dump-package",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return [] }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let package = try? JSONDecoder().decode(PackageDump.self, from: data)
        return (package?.targets ?? []).map { target in
            Target(
                name: target.name, path: target.path ?? "",
                dependencies: Set(target.dependencies.compactMap { $0.byName?.first ?? nil }))
        }
    }()
}

private struct PackageDump: Decodable {
    struct Target: Decodable {
        struct Dependency: Decodable { let byName: [String?]? }
        let name: String
        let path: String?
        let dependencies: [Dependency]
    }
    let targets: [Target]
}
