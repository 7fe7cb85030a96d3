import Logging
import Testing

@Suite("Secret redaction")
struct SecretRedactionTests {
    @Test("hides user information in addresses")
    func addresses() {
        #expect(SecretRedaction.redact("open rtsp://admin:pw@10.0.0.1/a failed") == "open rtsp://***@10.0.0.1/a failed")
    }

    @Test("hides registered values wherever they stand")
    func registered() {
        SecretRedaction.register("s3cr3t-redaction-test")
        #expect(SecretRedaction.redact("x=s3cr3t-redaction-test;") == "x=***;")
    }
}
