import Domain
import Foundation
import ObjectStorageS3
import TestSupport
import Testing

/// The examples of the Amazon S3 API reference, "Signature Calculations for the Authorization Header" and "Authenticating
/// Requests: Using Query Parameters".
@Suite("Signatures")
struct AWSSignatureV4Tests {
    private let signer = AWSSignatureV4(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    private let time = Date(timeIntervalSince1970: 1_369_353_600)

    private func request(_ method: String, _ path: String) -> AWSSignatureV4.Request {
        AWSSignatureV4.Request(method: method, host: "examplebucket.s3.amazonaws.com", path: path)
    }

    private func signature(_ request: AWSSignatureV4.Request, body: String = "") -> String? {
        let headers = signer.headers(for: request, body: Data(body.utf8), at: time)
        return headers["Authorization"]?.split(separator: "Signature=").last.map(String.init)
    }

    @Test("cover headers of the request")
    func get() {
        var get = request("GET", "/test.txt")
        get.headers["Range"] = "bytes=0-9"
        let headers = signer.headers(for: get, body: Data(), at: time)
        #expect(
            headers["Authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test("cover a body and a path that must be encoded")
    func put() {
        var put = request("PUT", "/test$file.text")
        put.headers = ["Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"]
        #expect(
            signature(put, body: "Welcome to Amazon S3.")
                == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test("cover a query, also one without a value")
    func query() {
        var lifecycle = request("GET", "/")
        lifecycle.query = [("lifecycle", "")]
        #expect(signature(lifecycle) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
        var list = request("GET", "/")
        list.query = [("prefix", "J"), ("max-keys", "2")]
        #expect(signature(list) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test("make addresses that anybody may use")
    func presigned() {
        let query = signer.presignedQuery(for: request("GET", "/test.txt"), seconds: 86_400, at: time)
        #expect(query.hasSuffix("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"))
        #expect(query.contains("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"))
    }

    @Test("carry the token of temporary credentials")
    func token() {
        var temporary = signer
        temporary.sessionToken = Secret("token/of=today")
        let headers = temporary.headers(for: request("GET", "/a"), body: Data(), at: time)
        #expect(headers["x-amz-security-token"] == "token/of=today")
        #expect(headers["Authorization"]?.contains("x-amz-date;x-amz-security-token,") == true)
        let query = temporary.presignedQuery(for: request("GET", "/a"), seconds: 60, at: time)
        #expect(query.contains("X-Amz-Security-Token=token%2Fof%3Dtoday"))
    }
}

@Suite("Settings of S3")
struct S3SettingsTests {
    private func settings(
        _ url: String, endpoint: String = "", key: String = "k", usesPathStyle: Bool = true
    ) throws -> S3Settings {
        try S3Settings(
            url: url, endpoint: endpoint, accessKey: key, secretKey: Secret("s"), usesPathStyle: usesPathStyle)
    }

    @Test("name a bucket, a prefix and a server")
    func parts() throws {
        let ours = try settings("s3://pictures/shop/", endpoint: "HTTP://Store.example:9000/")
        #expect(ours.bucket == "pictures" && ours.prefix == "shop/")
        #expect(ours.scheme == "http" && ours.host == "store.example:9000")
        let amazon = try settings("s3://pictures")
        #expect(amazon.prefix.isEmpty && amazon.scheme == "https" && amazon.host == "s3.us-east-1.amazonaws.com")
        #expect(try settings("s3://pictures", endpoint: "https://h:443").host == "h")
    }

    @Test(
        "are refused with what to do when they cannot work",
        arguments: [
            ("s3://", "", true), ("s3://Upper", "", true), ("http://bucket", "", true), ("s3://bucket/a b", "", true),
            ("s3://bucket/../x", "", true), ("s3://bucket", "ftp://h", true), ("s3://bucket", "http://h/path", true),
            ("s3://bucket", "http://user:CANARY@h", true), ("s3://user:CANARY@bucket", "", true),
            ("s3://a.bucket", "https://h", false),
        ])
    func refused(url: String, endpoint: String, usesPathStyle: Bool) {
        let error = #expect(throws: S3SettingsError.self) {
            _ = try settings(url, endpoint: endpoint, usesPathStyle: usesPathStyle)
        }
        #expect(error?.description.contains("storage.") == true)
        #expect(error?.description.contains("CANARY") == false)
    }

    @Test("need both halves of the key")
    func key() {
        #expect(throws: S3SettingsError.self) { _ = try settings("s3://bucket", key: "") }
    }
}
