import Foundation
import Secrets
import TestSupport
import Testing

@Suite("Secret box")
struct SecretBoxTests {
    @Test(
        "opens what it sealed",
        arguments: ["", "s3cr3t-CANARY", "pässwörd \u{1F511}", String(repeating: "x", count: 9999)])
    func roundTrip(_ secret: String) throws {
        let box = SecretBox(key: .random())
        let sealed = try box.seal(secret)
        #expect(try box.open(sealed) == secret)
        #expect(secret.isEmpty || !sealed.contains(secret))
        #expect(try box.seal(secret) != sealed)
    }

    @Test("says which key is missing")
    func wrongKey() throws {
        let (old, new) = (SecretKey.random(), SecretKey.random())
        let sealed = try SecretBox(key: old).seal("a")
        #expect(throws: SecretsError.keyUnknown(id: old.id)) { try SecretBox(key: new).open(sealed) }
    }

    @Test("keys can be changed: former keys open, the new one seals")
    func rotation() throws {
        let (old, new) = (SecretKey.random(), SecretKey.random())
        let sealed = try SecretBox(key: old).seal("a")
        let box = SecretBox(key: new, former: [old])
        #expect(try box.open(sealed) == "a")
        #expect(box.isOutdated(sealed))
        #expect(try !box.isOutdated(box.seal("a")))
    }

    @Test("notices every changed byte")
    func tampered() throws {
        let box = SecretBox(key: .random())
        let sealed = try box.seal("secret")
        let parts = sealed.split(separator: ".")
        let data = try #require(Data(base64Encoded: String(parts[2])))
        for index in data.indices {
            var changed = data
            changed[index] ^= 1
            #expect(throws: SecretsError.sealedTampered) {
                try box.open("\(parts[0]).\(parts[1]).\(changed.base64EncodedString())")
            }
        }
    }

    @Test("refuses what it never sealed", arguments: ["", "plain", "v1.abc", "v1.abc.!!!", "v1.abc.AAAA", "v2.a.AAAA"])
    func malformed(_ text: String) {
        #expect(throws: SecretsError.sealedMalformed) { try SecretBox(key: .random()).open(text) }
    }

    @Test("makes a key file only its owner can read, once")
    func keyFile() throws {
        let folder = try ScratchDirectory()
        let path = folder.path("key")
        let first = try SecretKey.load(file: path)
        let second = try SecretKey.load(file: path)
        #expect(first.id == second.id)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["key"])
    }

    @Test("many that start at once agree on one key")
    func keyFileRace() async throws {
        let path = try ScratchDirectory()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await offPool { try SecretKey.load(file: path.path("key")).id } } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
    }

    @Test("refuses a key file that others can read, and one that is no key")
    func badKeyFile() throws {
        let folder = try ScratchDirectory()
        let path = folder.path("key")
        try Data("not a key".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: SecretsError.keyFileExposed(path: path)) { try SecretKey.load(file: path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: SecretsError.keyMalformed(place: path)) { try SecretKey.load(file: path) }
    }

    @Test("no error tells a secret")
    func errors() {
        let text = Data(repeating: 7, count: 16).base64EncodedString()
        #expect(throws: SecretsError.keyMalformed(place: "MASKWATCH_SECURITY_SECRET_KEY")) {
            try SecretKey(base64: text, place: "MASKWATCH_SECURITY_SECRET_KEY")
        }
        #expect(!"\(SecretsError.keyMalformed(place: "x"))".contains(text))
    }
}
