import Domain
import Foundation
import HTTPClient
import HTTPTypes
import Logging
import ObjectStorageS3
import TestSupport
import Testing

/// The server of `scripts/servers/swift`, with a bucket of its own for each test, and other people's clients of it.
struct S3Server {
    static let isConfigured = IntegrationServer.has("MASKWATCH_TEST_S3_ENDPOINT")
    static let hint: Comment = "no S3 server: set MASKWATCH_TEST_S3_ENDPOINT, see scripts/servers/swift"

    let bucket = "test-\(UUID().uuidString.lowercased())"
    let endpoint = IntegrationServer.value("MASKWATCH_TEST_S3_ENDPOINT")
    let region = IntegrationServer.value("MASKWATCH_TEST_S3_REGION")
    let accessKey = IntegrationServer.value("MASKWATCH_TEST_S3_ACCESS_KEY")
    let secretKey = IntegrationServer.value("MASKWATCH_TEST_S3_SECRET_KEY")
    let authorities = IntegrationServer.value("MASKWATCH_TEST_S3_CA")

    var port: Int { URLComponents(string: endpoint)?.port ?? 80 }

    init() async throws {
        let signer = AWSSignatureV4(accessKey: accessKey, secretKey: Secret(secretKey), region: region)
        let host = endpoint.replacing("http://", with: "")
        let create = AWSSignatureV4.Request(method: "PUT", host: host, path: "/\(bucket)")
        var headers = HTTPHeaders()
        for (name, value) in signer.headers(for: create, body: Data(), at: Date()) { headers.add(name, value) }
        let answer = try await HTTPSession().send(ClientRequest(.put, "\(endpoint)/\(bucket)", headers: headers))
        try #require(answer.status.rawValue == 200)
    }

    func settings(
        url: String, endpoint: String? = nil, region: String? = nil, secretKey: String? = nil,
        usesPathStyle: Bool = true, authorities: String? = nil
    ) throws -> S3Settings {
        try S3Settings(
            url: url, endpoint: endpoint ?? self.endpoint, region: region ?? self.region, accessKey: accessKey,
            secretKey: Secret(secretKey ?? self.secretKey), usesPathStyle: usesPathStyle,
            certificateAuthorities: authorities)
    }

    /// - Parameter port: of a proxy in front of the server.
    func store(
        prefix: String = "", secretKey: String? = nil, port: Int? = nil, timeout: Double = 20,
        usesPathStyle: Bool = true
    ) throws -> S3ObjectStore {
        // Names that end in localhost are this machine (RFC 6761, 6.3), so that the bucket may be part of one.
        let host = usesPathStyle ? "127.0.0.1" : "localhost"
        var settings = try settings(
            url: "s3://\(bucket)/\(prefix)", endpoint: "http://\(host):\(port ?? self.port)", secretKey: secretKey,
            usesPathStyle: usesPathStyle)
        settings.timeout = timeout
        return S3ObjectStore(settings: settings, logger: .silent)
    }

    func storeOverTLS(authorities: String?) throws -> S3ObjectStore {
        let endpoint = IntegrationServer.value("MASKWATCH_TEST_S3_TLS_ENDPOINT")
        let settings = try settings(url: "s3://\(bucket)", endpoint: endpoint, authorities: authorities)
        return S3ObjectStore(settings: settings, logger: .silent)
    }

    /// Runs a line of Python with boto3's client as `s3` and the bucket's name as `bucket`.
    func boto3(_ line: String) async throws -> String {
        let script = """
            import boto3, sys
            from botocore.config import Config
            endpoint, region, bucket, access_key = sys.argv[1:]
            s3 = boto3.client("s3", endpoint_url=endpoint, region_name=region, aws_access_key_id=access_key,
                              aws_secret_access_key=sys.stdin.readline().strip(),
                              config=Config(s3={"addressing_style": "path"}))
            \(line)
            """
        return try await run("python3", "-c", script, endpoint, region, bucket, accessKey)
    }

    func curl(_ arguments: String...) async throws -> String { try await run("curl", ["-s"] + arguments) }

    /// s3cmd, with this server's settings.
    func s3cmd(_ arguments: String...) async throws -> String {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let host = endpoint.replacing("http://", with: "")
        let lines = [
            "[default]", "access_key = \(accessKey)", "secret_key = \(secretKey)", "host_base = \(host)",
            "host_bucket = \(host)", "bucket_location = \(region)", "use_https = False", "signature_v2 = False",
        ]
        try Data(lines.joined(separator: "\n").utf8).write(to: scratch.url.appending(path: "s3cmd"))
        return try await run("s3cmd", ["--config", scratch.path("s3cmd")] + arguments)
    }

    private func run(_ program: String, _ arguments: String...) async throws -> String {
        try await run(program, arguments)
    }

    /// What a program in /usr/bin prints; it gets the secret key on its standard input, where no list of processes has it.
    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        let secretKey = secretKey
        return try await offPool {
            let process = Foundation.Process()
            process.executableURL = URL(filePath: "/usr/bin/\(program)")
            process.arguments = arguments
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            input.fileHandleForWriting.write(Data("\(secretKey)\n".utf8))
            try input.fileHandleForWriting.close()
            let text = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
