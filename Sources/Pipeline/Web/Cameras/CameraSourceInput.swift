import Domain
import Foundation

/// A camera's address, user name and password as the user gives them, checked and taken apart.
struct CameraSourceInput: Sendable {
    let value: CameraSource

    /// - Parameters:
    ///   - stored: the source that is changed: its password stays if none is given, as long as it goes to the same server.
    ///   - rules: where this machine may connect to.
    init(_ reader: inout FieldReader, stored: CameraSource? = nil, rules: AddressRules) {
        let typed = AddressUserInformation(reader.text("address", .address))
        if typed.hasError, !reader.hasError("address") {
            reader.fail("address", "Put the user name and the password into their own fields, not into the address.")
        }
        let address = Self.checked(typed.address, rules, &reader)
        let username = Self.given(reader.optionalText("username", .cameraUserName), fallback: stored?.username)
        let transport = reader.choice("transport", fallback: stored?.transport ?? .tcp)
        let password = reader.optionalText("password", .cameraPassword)
        var secret = Self.given(typed.password.map { .value($0) } ?? password, fallback: nil).map { Secret($0) }
        if case .absent = password, typed.password == nil, let stored, let kept = stored.password {
            secret = kept
            if let address, !Self.isSameServer(address, stored.address) {
                reader.fail("password", "The address names another server now: type the password again, or empty it.")
            }
        }
        value = CameraSource(
            address: address?.text() ?? "", username: typed.username ?? username, password: secret,
            transport: transport)
    }

    private static func checked(
        _ text: String, _ rules: AddressRules, _ reader: inout FieldReader
    ) -> CameraAddress? {
        guard !reader.hasError("address") else { return nil }
        do { return try rules.camera(text) } catch { reader.fail("address", error.message) }
        return nil
    }

    private static func given(_ presence: FieldReader.Presence<String>, fallback: String?) -> String? {
        switch presence {
        case .absent: fallback
        case .null: nil
        case .value(let text): text.isEmpty ? nil : text
        }
    }

    /// A stored password must not be sent to a server that it was not given for.
    private static func isSameServer(_ address: CameraAddress, _ stored: String) -> Bool {
        guard let before = try? CameraAddress(stored) else { return false }
        return address.host.lowercased() == before.host.lowercased()
            && (address.port ?? address.scheme.defaultPort) == (before.port ?? before.scheme.defaultPort)
    }
}
