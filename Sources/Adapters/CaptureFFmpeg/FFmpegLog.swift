import CFFmpeg
import Logging
import Synchronization

/// Where libav's own messages go. They may quote addresses: our log handlers redact, libav's own would not.
enum FFmpegLog {
    private static let logger = Mutex(Logger.silent)

    /// Sends libav's warnings and errors to `logger` at debug level, and what matters of them to the context's `LogReport`.
    /// Before the first camera is opened.
    static func redirect(to target: Logger) {
        logger.withLock { $0 = target }
        av_log_set_level(AV_LOG_WARNING)
        unsafe av_log_set_callback { context, level, format, arguments in
            guard level <= AV_LOG_WARNING, let arguments = unsafe arguments else { return }
            let line = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
                var printPrefix: Int32 = 1
                unsafe av_log_format_line2(
                    context, level, format, arguments, buffer.baseAddress, Int32(buffer.count), &printPrefix)
                return unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
            }
            let text = line.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            unsafe LogReport.of(context)?.note(text, isError: level <= AV_LOG_ERROR)
            FFmpegLog.logger.withLock { $0 }.debug("libav: \(text)")
        }
    }
}
