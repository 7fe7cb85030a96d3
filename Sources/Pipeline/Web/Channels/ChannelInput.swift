import Domain
import Foundation

/// A channel as the user describes it. Its secret is made by us and never comes from outside.
struct ChannelInput: Sendable {
    let name: String
    let kind: Channel.Kind
    let address: String
    let isEnabled: Bool

    init(_ reader: inout FieldReader, stored: Channel? = nil) {
        name = reader.text("name", .name)
        kind = reader.choice("kind", fallback: stored?.kind ?? .webhook)
        address = reader.text("address", .address)
        isEnabled = reader.flag("is_enabled", fallback: stored?.isEnabled ?? true)
        if !reader.hasError("address"), let message = Self.fault(in: address) { reader.fail("address", message) }
    }

    /// The same rules as for cameras, but only http and https.
    private static func fault(in address: String) -> String? {
        do {
            let parts = try CameraAddress(address)
            return parts.scheme == .http || parts.scheme == .https
                ? nil : "The address must begin with http:// or https://."
        } catch { return error.message.replacing("rtsp://, rtsps://, ", with: "") }
    }
}
