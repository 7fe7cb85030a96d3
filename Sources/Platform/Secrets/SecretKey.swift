import Foundation

/// A key that seals secrets.
package struct SecretKey: Sendable {
    let bytes: Data
    /// Tells keys apart and nothing about the key: the start of a hash of it.
    package let id: String

    /// - Throws: `SecretsError.keyMalformed` unless the text is base64 of 32 bytes.
    /// - Parameter place: where the text is from, for the message; never the text itself.
    package init(base64: String, place: String) throws(SecretsError) {
        let text = base64.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { throw .keyMalformed(place: place) }
        self.init(bytes: bytes)
    }

    package static func random() -> SecretKey { SecretKey(bytes: Sodium.randomBytes(32)) }

    private init(bytes: Data) {
        self.bytes = bytes
        id = String(SHA256.hexDigest(of: Data("maskwatch key id".utf8) + bytes).prefix(8))
    }

    /// The key in a file that only its owner can read; made on the first start.
    /// - Throws: `SecretsError` if the file is readable by others, not a key, or cannot be made.
    package static func load(file path: String) throws -> SecretKey {
        if let key = try read(path) { return key }
        try create(path)
        guard let key = try read(path) else {
            throw SecretsError.keyFileUnreadable(path: path, reason: "it vanished while it was made")
        }
        return key
    }

    /// Written beside and linked: whoever starts at the same time sees a whole key or none, and the first one wins.
    private static func create(_ path: String) throws {
        let draft = path + ".\(UUID().uuidString)"
        defer { unsafe unlink(draft) }
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data((random().bytes.base64EncodedString() + "\n").utf8))
        try file.synchronize()
        if unsafe link(draft, path) != 0, errno != EEXIST { throw failure(path) }
    }

    private static func failure(_ path: String) -> SecretsError {
        .keyFileUnreadable(path: path, reason: unsafe String(cString: strerror(errno)))
    }

    private static func read(_ path: String) throws -> SecretKey? {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else {
            if errno == ENOENT { return nil }
            throw failure(path)
        }
        guard info.st_mode & 0o077 == 0 else { throw SecretsError.keyFileExposed(path: path) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SecretsError.keyFileUnreadable(path: path, reason: "it cannot be read")
        }
        return try SecretKey(base64: String(decoding: data, as: UTF8.self), place: path)
    }
}
