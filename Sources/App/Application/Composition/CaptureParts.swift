import Capture
import CaptureFFmpeg
import Domain
import Foundation
import HTTPTypes
import Imaging
import Logging
import ServiceLifecycle

/// What the configuration says about taking pictures, as the parts that do it.
struct CaptureParts: Sendable {
    /// Where pictures are decoded and encoded: as many at a time as there are cores.
    let pool: BlockingPool
    let source: any FrameSource
    let limits: CaptureLimits
    let encoder: JPEGEncoder

    /// - Throws: `ConfigurationError`.
    init(_ configuration: AppConfiguration, logger: Logger) throws {
        pool = BlockingPool(label: "pictures", width: ProcessorCores.allowed)
        let policy = try configuration.addressPolicy()
        source = FFmpegFrameSource(
            pool: pool, resolver: HostResolver { policy.permits($0) }, logger: logger.labelled("capture"))
        var limits = CaptureLimits()
        limits.connect = try configuration[AppSettings.connectTimeout]
        limits.read = try configuration[AppSettings.readTimeout]
        limits.allowsFiles = try configuration[AppSettings.allowFiles]
        self.limits = limits
        encoder = JPEGEncoder(quality: try configuration[AppSettings.quality])
    }
}
