import Foundation
import Messaging

/// Where the broker is and who asks: `amqp://user:password@host:port/vhost` or `amqps://...?cacertfile=/path/ca.pem`.
package struct BrokerAddress: Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let virtualHost: String
    package let usesTLS: Bool
    /// PEM file with the authorities to trust; the system's by default.
    package let authorities: String
    let user: String
    let password: String

    static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    /// - Parameter text: parts with special characters percent-encoded; no path means the virtual host `/`.
    /// - Throws: `QueueError`, `.unavailable`, with a sentence that names what is wrong and never the password.
    package init(_ text: String) throws {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, let host = parts.host, !host.isEmpty
        else { throw Self.wrong("it is not of the form amqp://user:password@host:port/vhost") }
        guard scheme == "amqp" || scheme == "amqps" else { throw Self.wrong("it must begin with amqp:// or amqps://") }
        guard let user = parts.user, let password = parts.password, !user.isEmpty else {
            throw Self.wrong("user and password are missing: amqp://user:password@host")
        }
        self.host = host
        usesTLS = scheme == "amqps"
        port = parts.port ?? (usesTLS ? 5671 : 5672)
        virtualHost = parts.path.count > 1 ? String(parts.path.dropFirst()) : "/"
        self.user = user
        self.password = password
        for item in parts.queryItems ?? [] where item.name != "cacertfile" {
            throw Self.wrong("'\(item.name)' is not known; cacertfile is")
        }
        let file = parts.queryItems?.first?.value
        guard file == nil || usesTLS else { throw Self.wrong("cacertfile goes with amqps:// only") }
        authorities = file ?? Self.systemAuthorities
        guard !usesTLS || FileManager.default.isReadableFile(atPath: authorities) else {
            throw Self.wrong("the file with the authorities to trust cannot be read: \(authorities)")
        }
    }

    /// Without user and password.
    package var description: String { "\(usesTLS ? "amqps" : "amqp")://\(host):\(port)/\(virtualHost)" }

    private static func wrong(_ what: String) -> QueueError {
        QueueError(.unavailable, "the address of the broker is wrong: \(what)")
    }
}
