import Configuration
import Domain
import ObjectStorageS3

/// The settings of an object store behind the S3 protocol.
enum BucketSettings {
    static let endpoint = Setting<String>(
        "storage.endpoint", default: "", help: "address of the S3 server; empty means Amazon's of the region")
    static let region = Setting<String>("storage.region", default: "us-east-1", help: "region of the S3 bucket")
    static let accessKey = Setting<String>("storage.access_key", default: "", help: "S3 access key")
    static let secretKey = Setting<String>(
        "storage.secret_key", default: "", isSecret: true, help: "S3 secret key")
    static let sessionToken = Setting<String>(
        "storage.session_token", default: "", isSecret: true, help: "token of temporary S3 credentials")
    static let pathStyle = Setting<Bool>(
        "storage.path_style", default: true,
        help: "whether the S3 bucket is part of the path, as most servers want it, or of the host name")
    static let certificates = Setting<String>(
        "storage.ca_file", default: "", help: "PEM certificates that vouch for the S3 server, instead of the system's")

    static let all: [any AnySetting] = [
        endpoint, region, accessKey, secretKey, sessionToken, pathStyle, certificates,
    ]
}

extension AppConfiguration {
    /// What `storage.url` and the settings beside it say of a bucket.
    /// - Throws: `ConfigurationError`.
    func bucket() throws -> S3Settings {
        let token = try self[BucketSettings.sessionToken]
        let certificates = try self[BucketSettings.certificates]
        do {
            return try S3Settings(
                url: try self[AppSettings.storageURL], endpoint: try self[BucketSettings.endpoint],
                region: try self[BucketSettings.region], accessKey: try self[BucketSettings.accessKey],
                secretKey: Secret(try self[BucketSettings.secretKey]),
                sessionToken: token.isEmpty ? nil : Secret(token),
                usesPathStyle: try self[BucketSettings.pathStyle],
                certificateAuthorities: certificates.isEmpty ? nil : certificates)
        } catch let error as S3SettingsError {
            throw ConfigurationError(AppSettings.storageURL.shown(in: settings).place, error.description)
        }
    }
}
