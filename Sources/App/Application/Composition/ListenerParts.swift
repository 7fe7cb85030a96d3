import Configuration
import Foundation
import HTTPServer

extension AppConfiguration {
    /// Where this process listens, and whether it speaks TLS.
    /// - Parameter fallback: the port where no setting says one; nil for the setting's default.
    /// - Throws: `ConfigurationError`.
    func listenerOptions(port fallback: Int? = nil) throws -> HTTPListenerOptions {
        let isSet = AppSettings.port.shown(in: settings).place != .defaultValue
        let port = isSet ? try self[AppSettings.port] : fallback
        var options = HTTPListenerOptions(
            address: try self[AppSettings.address], port: try port ?? self[AppSettings.port])
        options.tls = try tls()
        return options
    }

    private func tls() throws -> HTTPListenerOptions.TLS? {
        guard let certificate = try text(of: AppSettings.certificate) else { return nil }
        guard let key = try text(of: AppSettings.certificateKey) else {
            throw ConfigurationError(
                AppSettings.certificateKey.shown(in: settings).place,
                "server.tls_key is empty, but server.tls_certificate is not: TLS needs both")
        }
        return HTTPListenerOptions.TLS(certificate: certificate, key: key)
    }

    /// What the file that a setting names holds; nil for an empty setting.
    private func text(of setting: Setting<String>) throws -> String? {
        let file = try self[setting]
        guard !file.isEmpty else { return nil }
        guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8),
            text.contains("-----BEGIN ")
        else {
            throw ConfigurationError(
                setting.shown(in: settings).place, "\(setting.key): cannot read '\(file)' as a PEM file")
        }
        return text
    }
}
