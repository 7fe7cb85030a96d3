package import Capture
package import Domain
import Foundation
package import Logging
package import ServiceLifecycle

/// Opens cameras with libav: RTSP over TCP or UDP, RTSPS, MJPEG and still pictures over HTTP(S), files where allowed.
package final class FFmpegFrameSource: FrameSource {
    private let pool: BlockingPool
    private let resolver: HostResolver
    private let logger: Logger

    /// - Parameters:
    ///   - pool: where pictures are decoded.
    ///   - resolver: turns host names into the addresses that may be connected to.
    package init(pool: BlockingPool, resolver: HostResolver = HostResolver(), logger: Logger) {
        self.pool = pool
        self.resolver = resolver
        self.logger = logger
        FFmpegLog.redirect(to: logger)
    }

    package func open(_ source: CameraSource, limits: CaptureLimits) async throws -> any FrameSession {
        let address = try CameraAddress(source.address)
        guard address.scheme != .file || limits.allowsFiles else {
            throw CameraFailure(.addressNotAllowed, "Files are not allowed as cameras here.")
        }
        let input = CameraInput(address: address, source: source, limits: limits, resolver: resolver)
        let session = FFmpegFrameSession(input: input, pool: pool, logger: logger)
        try await session.start()
        return session
    }
}
