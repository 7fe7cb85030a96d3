package import Domain
import Foundation

/// Which bucket, where, and with whose key.
package struct S3Settings: Sendable {
    package let bucket: String
    /// Of all keys, with its slash at the end; empty for none.
    package let prefix: String
    /// `http` or `https`.
    package let scheme: String
    /// The endpoint's host, with its port unless that is the scheme's own.
    package let host: String
    package let signer: AWSSignatureV4
    /// `https://host/bucket/key` and not `https://bucket.host/key`.
    package let usesPathStyle: Bool
    /// PEM certificates to trust instead of the system's.
    package let certificateAuthorities: String?

    /// Most bytes of objects, for `usage`; the store itself does not keep to it.
    package var quotaBytes = Int.max
    /// For one request, in seconds.
    package var timeout = 45.0
    /// Requests at a time; more wait.
    package var concurrency = 8
    /// Tries of a request that may succeed later.
    package var attempts = 3

    package static let defaultRegion = "us-east-1"

    /// - Parameters:
    ///   - url: `s3://BUCKET[/PREFIX]`
    ///   - endpoint: `http[s]://HOST[:PORT]`; empty means Amazon's of the region.
    /// - Throws: `S3SettingsError`.
    package init(
        url: String, endpoint: String = "", region: String = "", accessKey: String, secretKey: Secret,
        sessionToken: Secret? = nil, usesPathStyle: Bool = true, certificateAuthorities: String? = nil
    ) throws(S3SettingsError) {
        (bucket, prefix) = try Self.location(url)
        let region = region.isEmpty ? Self.defaultRegion : region
        (scheme, host) = try Self.server(endpoint.isEmpty ? "https://s3.\(region).amazonaws.com" : endpoint)
        guard !accessKey.isEmpty, !secretKey.reveal().isEmpty else {
            throw S3SettingsError("storage.access_key and storage.secret_key must both be set for s3://\(bucket)")
        }
        if !usesPathStyle, scheme == "https", bucket.contains(".") {
            throw S3SettingsError(
                "no certificate is valid for a host named after bucket '\(bucket)': set storage.path_style to true")
        }
        signer = AWSSignatureV4(
            accessKey: accessKey, secretKey: secretKey, sessionToken: sessionToken, region: region)
        self.usesPathStyle = usesPathStyle
        self.certificateAuthorities = certificateAuthorities
    }

    /// The host that a request goes to.
    var requestHost: String { usesPathStyle ? host : "\(bucket).\(host)" }

    /// The path of a key, of the bucket itself for an empty one; not encoded.
    func path(of key: String) -> String { usesPathStyle ? "/\(bucket)/\(key)" : "/\(key)" }

    private static func location(_ url: String) throws(S3SettingsError) -> (bucket: String, prefix: String) {
        let parts = url.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard url.hasPrefix("s3://"), let bucket = parts.first.map(String.init),
            bucket.wholeMatch(of: #/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/#) != nil
        else { throw S3SettingsError("storage.url is \(shown(url)), but must be s3://BUCKET or s3://BUCKET/PREFIX") }
        let prefix = parts.count == 2 ? parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "/")) : ""
        guard prefix.isEmpty || ObjectKey(prefix) != nil else {
            throw S3SettingsError("the prefix '\(prefix)' of storage.url may have letters, digits and . _ - / only")
        }
        return (bucket, prefix.isEmpty ? "" : prefix + "/")
    }

    /// What cannot be read may still hold a password.
    private static func shown(_ address: String) -> String {
        address.contains("@") ? "an address with '@'" : "'\(address)'"
    }

    private static func server(_ endpoint: String) throws(S3SettingsError) -> (scheme: String, host: String) {
        guard let parts = URLComponents(string: endpoint), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty,
            ["", "/"].contains(parts.path), parts.query == nil, parts.user == nil, parts.password == nil
        else { throw S3SettingsError("storage.endpoint is \(shown(endpoint)), but must be http[s]://HOST[:PORT]") }
        guard let port = parts.port, port != (scheme == "http" ? 80 : 443) else { return (scheme, host.lowercased()) }
        return (scheme, "\(host.lowercased()):\(port)")
    }
}

/// What is wrong with the settings of the store, and what to do.
package struct S3SettingsError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
