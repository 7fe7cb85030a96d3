import Foundation
import Secrets
import Testing

@Suite("Hashes")
struct HashesTests {
    @Test(
        "SHA-256 agrees with FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(_ text: String, _ digest: String) {
        #expect(SHA256.hexDigest(of: Data(text.utf8)) == digest)
    }

    @Test(
        "HMAC-SHA-256 agrees with RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func hmac(_ key: [UInt8], _ message: String, _ code: String) {
        #expect(Hexadecimal.text(HMACSHA256.authenticate(Data(message.utf8), key: key)) == code)
    }

    @Test("HMAC-SHA-256 agrees with GitHub's published webhook example")
    func gitHub() {
        let code = HMACSHA256.authenticate(
            Data("Hello, World!".utf8), key: Data("It's a Secret to Everybody".utf8))
        #expect(Hexadecimal.text(code) == "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
    }

    @Test("equality in constant time is equality")
    func equality() {
        #expect(constantTimeEquals("abc", "abc"))
        #expect(!constantTimeEquals("abc", "abd"))
        #expect(!constantTimeEquals("abc", "ab"))
        #expect(constantTimeEquals("", ""))
    }

    @Test("tokens are 32 random bytes, safe in addresses")
    func tokens() {
        let tokens = Set((0..<100).map { _ in RandomToken.make() })
        #expect(tokens.count == 100)
        #expect(tokens.allSatisfy { $0.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil })
        #expect(RandomToken.webhookSecret().hasPrefix("whsec_"))
    }
}
