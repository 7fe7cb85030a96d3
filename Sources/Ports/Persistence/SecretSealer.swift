package import Domain
package import Foundation
package import Secrets

/// Encrypts what must not lie readable in the database: camera passwords and the keys of channels.
package protocol SecretSealer: Sendable {
    func seal(_ plain: Data) throws -> Data

    /// - Throws: if the bytes were sealed with another key or changed.
    func open(_ sealed: Data) throws -> Data
}

extension SecretSealer {
    package func seal(_ secret: Secret) throws -> Data { try seal(Data(secret.reveal().utf8)) }

    package func secret(in sealed: Data) throws -> Secret {
        guard let plain = try? open(sealed) else { throw PersistenceError.wrongKey }
        return Secret(String(decoding: plain, as: UTF8.self))
    }
}

/// Seals with the key of this installation.
package struct SecretBoxSealer: SecretSealer {
    private let box: SecretBox

    package init(_ box: SecretBox) { self.box = box }

    package func seal(_ plain: Data) throws -> Data { Data(try box.seal(String(decoding: plain, as: UTF8.self)).utf8) }

    package func open(_ sealed: Data) throws -> Data {
        Data(try box.open(String(decoding: sealed, as: UTF8.self)).utf8)
    }
}

extension PersistenceError {
    package static let wrongKey = PersistenceError(
        .wrongKey,
        "the secrets in the database were sealed with another key: give this process the key of that database, by its key "
            + "file or security.secret_key"
    )

    package static let unreadable = PersistenceError(
        .corrupt, "a row of the database cannot be understood: restore it from a backup")
}
