import Configuration
import Foundation

/// The folder that holds everything Maskwatch stores, and where each thing is in it.
struct DataFolder: Sendable {
    let root: URL

    /// Creates the folder, readable only for its owner, if it is not there.
    /// - Throws: `ConfigurationError` if it cannot be created or written.
    init(_ configuration: AppConfiguration) throws {
        let path = try configuration[AppSettings.data]
        root = URL(fileURLWithPath: path, isDirectory: true)
        let place = AppSettings.data.shown(in: configuration.settings).place
        do {
            try FileManager.default.createDirectory(
                at: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch { throw ConfigurationError(place, "cannot create the folder '\(path)': \(error.localizedDescription)") }
        guard FileManager.default.isWritableFile(atPath: root.path) else {
            throw ConfigurationError(place, "the folder '\(path)' cannot be written")
        }
    }

    var database: String { root.appending(path: "maskwatch.db").path }
    var queues: String { root.appending(path: "queue.db").path }
    var objects: String { root.appending(path: "objects").path }
    var spools: String { root.appending(path: "spool").path }
    var secretKey: String { root.appending(path: "secret.key").path }
    var modelCache: URL { root.appending(path: "cache/models") }
}
