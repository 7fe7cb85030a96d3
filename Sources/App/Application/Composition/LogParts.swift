import Logging

extension AppConfiguration {
    /// The logger of this run, on standard error.
    func logger() throws -> Logger {
        let handler = StandardErrorLogHandler(format: try self[AppSettings.logFormat])
        return Logger(label: "maskwatch", minimum: try self[AppSettings.logLevel], handler: handler)
    }
}
