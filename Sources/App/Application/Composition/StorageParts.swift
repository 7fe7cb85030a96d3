import Configuration
import Foundation
import HTTPServer
import Logging
import ObjectStorage
import ObjectStorageS3

extension AppConfiguration {
    /// The store of the pictures.
    /// - Throws: `ConfigurationError`, or what keeps the store from opening.
    func objectStore() async throws -> any ObjectStore {
        let text = try self[AppSettings.storageURL]
        guard !text.isEmpty else {
            return try await FileObjectStore.open(at: DataFolder(self).objects, limits: try fileLimits())
        }
        if text.hasPrefix("s3:") {
            var bucket = try bucket()
            bucket.quotaBytes = try hardQuota()
            return S3ObjectStore(settings: bucket, logger: try logger().labelled("storage"))
        }
        guard let url = URL(string: text), url.scheme == "file", url.path.hasPrefix("/") else {
            throw ConfigurationError(
                AppSettings.storageURL.shown(in: settings).place,
                "storage.url is '\(text)', but must be empty, file:///PATH or s3://BUCKET[/PREFIX]")
        }
        return try await FileObjectStore.open(at: url.path, limits: try fileLimits(), recountAge: .seconds(60))
    }

    private func fileLimits() throws -> FileObjectStoreLimits {
        FileObjectStoreLimits(
            quotaBytes: try hardQuota(), minimumFreeBytes: try self[AppSettings.minimumFree].bytes)
    }

    /// A little above the quota, so that retention, which keeps to that, is never in the way of the grabber.
    private func hardQuota() throws -> Int {
        let quota = try self[AppSettings.quota].bytes
        return quota + quota / 10
    }
}

extension HealthCheck {
    static func storage(_ objects: any ObjectStore) -> HealthCheck {
        HealthCheck("storage") { _ = try await objects.usage() }
    }
}
