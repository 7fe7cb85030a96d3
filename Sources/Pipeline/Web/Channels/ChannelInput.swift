import Domain
import Foundation

/// A channel as the user describes it. Its secret is made by us and never comes from outside.
struct ChannelInput: Sendable {
    let name: String
    let kind: Channel.Kind
    let address: String
    let isEnabled: Bool

    init(_ reader: inout FieldReader, stored: Channel? = nil, rules: AddressRules) {
        name = reader.text("name", .name)
        kind = reader.choice("kind", fallback: stored?.kind ?? .webhook)
        address = reader.text("address", .address)
        isEnabled = reader.flag("is_enabled", fallback: stored?.isEnabled ?? true)
        guard !reader.hasError("address") else { return }
        do { _ = try rules.receiver(address) } catch { reader.fail("address", error.message) }
    }
}
