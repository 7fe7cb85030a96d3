import Domain
import HTTPTypes

/// Where a user may make this machine connect to, as far as the text of an address tells. A name is checked again by what
/// connects, by the addresses it resolves to.
struct AddressRules: Sendable {
    let policy: AddressPolicy
    /// Whether `file:` addresses may be cameras.
    let allowsFiles: Bool

    struct Violation: Error { let message: String }

    func camera(_ text: String) throws(Violation) -> CameraAddress {
        let address = try parse(text)
        guard address.scheme != .file || allowsFiles else {
            throw Violation(message: "The address must begin with rtsp://, rtsps://, http:// or https://.")
        }
        return address
    }

    func receiver(_ text: String) throws(Violation) -> CameraAddress {
        let address = try parse(text)
        guard address.scheme == .http || address.scheme == .https else {
            throw Violation(message: "The address must begin with http:// or https://.")
        }
        return address
    }

    /// The name or number of a machine that is no part of an address.
    func host(_ text: String) throws(Violation) {
        let literal = text.contains(":") ? "[\(text)]" : text
        guard let address = try? CameraAddress("http://\(literal)/"), address.host == text, address.port == nil else {
            throw Violation(message: "This must be the name or the number of a machine, such as mail.example.org.")
        }
        _ = try parse("http://\(literal)/")
    }

    private func parse(_ text: String) throws(Violation) -> CameraAddress {
        let address: CameraAddress
        do { address = try CameraAddress(text) } catch { throw Violation(message: error.message) }
        if let number = IPAddress(address.host), !policy.permits(number) {
            throw Violation(message: "This machine may not connect to that network (capture.denied_networks).")
        }
        return address
    }
}
