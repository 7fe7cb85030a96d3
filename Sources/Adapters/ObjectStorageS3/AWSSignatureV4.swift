package import Domain
package import Foundation
import HTTPTypes
import Secrets

/// Signs requests to S3 with AWS Signature Version 4 (Amazon S3 API reference, "Authenticating Requests"). Our own and not
/// libcurl's, which cannot presign addresses and leaves the order of the query to the caller.
package struct AWSSignatureV4: Sendable {
    package var accessKey: String
    package var secretKey: Secret
    /// Of temporary credentials; nil for lasting ones.
    package var sessionToken: Secret?
    package var region: String

    package init(accessKey: String, secretKey: Secret, sessionToken: Secret? = nil, region: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.region = region
    }

    package struct Request: Sendable {
        package var method: String
        /// With the port unless it is the scheme's own.
        package var host: String
        /// As it is, not encoded; begins with a slash.
        package var path: String
        /// As they are, not encoded.
        package var query: [(name: String, value: String)] = []
        /// All of them are signed, beside those that the signature adds.
        package var headers: [String: String] = [:]

        package init(method: String, host: String, path: String) {
            self.method = method
            self.host = host
            self.path = path
        }
    }

    /// What an address that anybody may use for a while says instead of a hash of the body.
    private static let unsignedPayload = "UNSIGNED-PAYLOAD"
    private static let algorithm = "AWS4-HMAC-SHA256"

    /// The request's headers with those of the signature; `Host` is left to the HTTP client.
    package func headers(for request: Request, body: Data, at time: Date) -> [String: String] {
        let hash = SHA256.hexDigest(of: body)
        var headers = request.headers
        headers["x-amz-date"] = Self.text(of: time)
        headers["x-amz-content-sha256"] = hash
        headers["x-amz-security-token"] = sessionToken?.reveal()
        var signed = request
        signed.headers = headers
        let names = Self.signedHeaders(signed).map(\.name).joined(separator: ";")
        headers["Authorization"] =
            "\(Self.algorithm) Credential=\(accessKey)/\(scope(time)),SignedHeaders=\(names),"
            + "Signature=\(signature(of: signed, hash: hash, at: time))"
        return headers
    }

    /// The query with which the request may be made by anybody, without a header of ours.
    /// - Parameter seconds: 1...604800.
    package func presignedQuery(for request: Request, seconds: Int, at time: Date) -> String {
        var signed = request
        signed.query += [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(accessKey)/\(scope(time))"),
            ("X-Amz-Date", Self.text(of: time)), ("X-Amz-Expires", String(min(max(seconds, 1), 604_800))),
            ("X-Amz-SignedHeaders", Self.signedHeaders(request).map(\.name).joined(separator: ";")),
        ]
        if let sessionToken { signed.query.append(("X-Amz-Security-Token", sessionToken.reveal())) }
        let signature = signature(of: signed, hash: Self.unsignedPayload, at: time)
        return Self.encoded(signed.query) + "&X-Amz-Signature=" + signature
    }

    // MARK: The four steps

    private func signature(of request: Request, hash: String, at time: Date) -> String {
        let headers = Self.signedHeaders(request)
        let canonical = [
            request.method, Self.encodedPath(request.path), Self.encoded(request.query),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), headers.map(\.name).joined(separator: ";"), hash,
        ].joined(separator: "\n")
        let digest = SHA256.hexDigest(of: Data(canonical.utf8))
        let text = [Self.algorithm, Self.text(of: time), scope(time), digest].joined(separator: "\n")
        return Hexadecimal.text(HMACSHA256.authenticate(Data(text.utf8), key: signingKey(time)))
    }

    private func signingKey(_ time: Date) -> Data {
        [day(time), region, "s3", "aws4_request"].reduce(Data("AWS4\(secretKey.reveal())".utf8)) { key, part in
            HMACSHA256.authenticate(Data(part.utf8), key: key)
        }
    }

    private func scope(_ time: Date) -> String { "\(day(time))/\(region)/s3/aws4_request" }

    private func day(_ time: Date) -> String { String(Self.text(of: time).prefix(8)) }

    private static func signedHeaders(_ request: Request) -> [(name: String, value: String)] {
        var headers = request.headers.map { (name: $0.key.lowercased(), value: $0.value) }
        headers.append((name: "host", value: request.host))
        return headers.sorted { $0.name < $1.name }
    }

    // MARK: Writing

    /// `20130524T000000Z`
    private static func text(of time: Date) -> String {
        time.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt))
    }

    /// Sorted by the encoded names, as the signature wants it and as it is sent.
    package static func encoded(_ query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
    }

    /// Encoded once, the slashes kept.
    package static func encodedPath(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { PercentEncoding.encode(String($0)) }
            .joined(separator: "/")
    }
}
