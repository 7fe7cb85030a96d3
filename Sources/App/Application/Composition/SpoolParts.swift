import Configuration
import Grabber

extension AppConfiguration {
    /// Where pictures wait while the store or the queue is away; nil where both are on this machine's disk anyway, or where
    /// nothing shall wait.
    /// - Throws: `ConfigurationError`, or what keeps the folder from opening.
    func spool() async throws -> Spool? {
        let limit = try self[AppSettings.spool].bytes
        let shares = try !self[AppSettings.storageURL].isEmpty || !self[AppSettings.queueURL].isEmpty
        guard shares, limit > 0 else { return nil }
        return try await Spool.open(
            below: DataFolder(self).spools, limitBytes: limit, minimumFreeBytes: self[AppSettings.minimumFree].bytes)
    }
}
