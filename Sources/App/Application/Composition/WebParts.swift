import Configuration
import HTTPServer
import Web

extension AppConfiguration {
    /// Where the web stage listens and whom it believes.
    /// - Throws: `ConfigurationError`.
    func webOptions() throws -> WebOptions {
        var options = WebOptions(listener: try listenerOptions(), version: Version.number)
        options.addressPolicy = try addressPolicy()
        options.trustedProxies = Set(try self[AppSettings.trustedProxies])
        let origin = try self[AppSettings.publicURL]
        options.publicOrigin = origin.isEmpty ? nil : origin
        options.messages = try messageComposer()
        return options
    }
}
