import Configuration
import HTTPTypes

extension AppConfiguration {
    /// Where cameras and webhooks may be.
    /// - Throws: `ConfigurationError` for a text that is no network.
    func addressPolicy() throws -> AddressPolicy {
        let texts = try self[AppSettings.deniedNetworks]
        let networks = try texts.map { text in
            guard let network = IPNetwork(text) else {
                throw ConfigurationError(
                    AppSettings.deniedNetworks.shown(in: settings).place,
                    "'\(text)' is no network: write 10.0.0.0/8 or fe80::/10")
            }
            return network
        }
        return AddressPolicy(denied: networks)
    }
}
