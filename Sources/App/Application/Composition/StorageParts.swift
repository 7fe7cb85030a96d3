import Configuration
import Foundation
import HTTPServer
import ObjectStorage

extension AppConfiguration {
    /// The store of the pictures.
    /// - Throws: `ConfigurationError`, or what keeps the store from opening.
    func objectStore() async throws -> any ObjectStore {
        let text = try self[AppSettings.storageURL]
        guard !text.isEmpty else {
            return try await FileObjectStore.open(at: DataFolder(self).objects, limits: try fileLimits())
        }
        guard let url = URL(string: text), url.scheme == "file", url.path.hasPrefix("/") else {
            throw ConfigurationError(
                AppSettings.storageURL.shown(in: settings).place,
                "storage.url is '\(text)', but must be empty or file:///PATH")
        }
        return try await FileObjectStore.open(at: url.path, limits: try fileLimits(), recountAge: .seconds(60))
    }

    /// The store refuses a little above the quota, so that retention, which keeps to it, is never in the way of the grabber.
    private func fileLimits() throws -> FileObjectStoreLimits {
        let quota = try self[AppSettings.quota].bytes
        return FileObjectStoreLimits(
            quotaBytes: quota + quota / 10, minimumFreeBytes: try self[AppSettings.minimumFree].bytes)
    }
}

extension HealthCheck {
    static func storage(_ objects: any ObjectStore) -> HealthCheck {
        HealthCheck("storage") { _ = try await objects.usage() }
    }
}
