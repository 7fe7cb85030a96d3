import Capture
import Domain
import Foundation
import HTTPTypes
import Imaging
import Logging
import ServiceLifecycle

/// Connects to a camera once and says what is there, or exactly why nothing is.
struct CameraProbe: Sendable {
    private let source: any FrameSource
    private let limits: CaptureLimits
    private let logger: Logger
    private let work = WorkLimit(4)
    private let encoding = QueueExecutor(label: "web.probe")
    private let encoder = JPEGEncoder(quality: 80)

    init(source: any FrameSource, limits: CaptureLimits, logger: Logger) {
        self.source = source
        self.limits = limits
        self.logger = logger
    }

    struct Result: Encodable {
        let stream: StreamView
        let secondsToFirstPicture: Double
        /// A `data:` address.
        let picture: String
    }

    /// - Throws: `Problem`: 422 with the code and the sentence of the `CameraFailure`, 503 if enough probes run.
    func run(_ camera: CameraSource) async throws -> Result {
        try await work.run("camera tests") {
            do {
                return try await probe(camera)
            } catch let failure as CameraFailure {
                logger.notice("camera test failed", [.reason: failure.code.rawValue])
                throw Problem(.unprocessableContent, code: failure.code.rawValue, failure.message)
            } catch is TimeoutError {
                throw Problem(
                    .unprocessableContent, code: CameraFailure.Code.timeout.rawValue,
                    "The camera gave no picture in time. Check that it is switched on and reachable from this machine.")
            }
        }
    }

    private func probe(_ camera: CameraSource) async throws -> Result {
        let source = source
        let limits = limits
        let result = try await withDeadline(.seconds(limits.connect + limits.keyFrame + 5)) {
            try await source.probe(camera, limits: limits)
        }
        let encoder = encoder
        let jpeg = try await encoding.run { try encoder.encode(result.frame.image) }
        return Result(
            stream: StreamView(result.stream),
            secondsToFirstPicture: (result.secondsToFirstPicture * 1000).rounded() / 1000,
            picture: "data:image/jpeg;base64,\(jpeg.base64EncodedString())")
    }
}
