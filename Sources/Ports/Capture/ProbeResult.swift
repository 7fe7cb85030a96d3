package import Domain

/// What a test of a camera found.
package struct ProbeResult: Sendable {
    package let stream: StreamDescription
    /// The first picture.
    package let frame: VideoFrame
    /// From the start of connecting to the first clean picture, in seconds.
    package let secondsToFirstPicture: Double
}

extension FrameSource {
    /// Connects, takes one picture and closes.
    /// - Throws: `CameraFailure`.
    package func probe(_ source: CameraSource, limits: CaptureLimits) async throws -> ProbeResult {
        let clock = ContinuousClock()
        let start = clock.now
        let session = try await open(source, limits: limits)
        do {
            let frame = try await session.frame(maximumAge: .infinity)
            let seconds = start.duration(to: clock.now) / .seconds(1)
            let result = ProbeResult(stream: await session.stream, frame: frame, secondsToFirstPicture: seconds)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }
}
