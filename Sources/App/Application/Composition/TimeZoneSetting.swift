import Configuration
import Foundation

extension AppConfiguration {
    /// The zone of the days in statistics.
    /// - Throws: `ConfigurationError` for a name that no zone has.
    func timeZone() throws -> TimeZone {
        let name = try self[AppSettings.timeZone]
        guard !name.isEmpty else { return .current }
        guard let zone = TimeZone(identifier: name) else {
            throw ConfigurationError(
                AppSettings.timeZone.shown(in: settings).place,
                "'\(name)' is no time zone: write one like Europe/Madrid")
        }
        return zone
    }
}
