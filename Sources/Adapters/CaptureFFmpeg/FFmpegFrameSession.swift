import Capture
import Domain
import Foundation
import Imaging
import Logging
import ServiceLifecycle
import Synchronization

/// One open session. A thread of its own reads packets and decodes nothing; pictures are decoded when they are asked for.
final class FFmpegFrameSession: FrameSession {
    private let input: CameraInput
    private let pool: BlockingPool
    private let logger: Logger
    private let reader: SessionReader

    init(input: CameraInput, pool: BlockingPool, logger: Logger) {
        self.input = input
        self.pool = pool
        self.logger = logger
        reader = SessionReader(input: input)
    }

    /// Connects and waits until the stream is described.
    func start() async throws {
        reader.start()
        do {
            try await waitForChange(within: input.limits.connect + 1) { state in
                if let failure = state.failure { throw failure }
                return state.parameters == nil ? nil : ()
            }
        } catch {
            await close()
            throw error
        }
    }

    var stream: StreamDescription {
        get async { reader.read { $0.description } }
    }

    func frame(maximumAge: Double) async throws -> VideoFrame {
        reader.request(maximumAge: maximumAge)
        let request = try await waitForChange(within: input.limits.keyFrame) { state in
            if let request = state.takeUnits(maximumAge: maximumAge, now: Date().timeIntervalSince1970) {
                return request
            }
            if let failure = state.failure { throw failure }
            return nil
        }
        return try await decode(request)
    }

    private func decode(_ request: SessionState.DecodeRequest) async throws -> VideoFrame {
        let decoder = VideoDecoder(parameters: request.parameters, maximumPixels: input.limits.maximumPixels)
        guard let last = request.units.last else { throw LibAVError.invalidData.cameraFailure(while: .decoding) }
        do {
            let (image, seconds) = try await pool.run {
                let clock = ThreadTime()
                return (try decoder.decode(request.units).image(), clock.seconds)
            }
            reader.read { $0.noteSize(width: image.width, height: image.height) }
            return VideoFrame(
                image: image, capturedAt: last.arrivedAt, isKeyFrame: last.isKey, processorSeconds: seconds)
        } catch let failure as CameraFailure where failure.code == .corrupt {
            // What follows a damaged picture refers to it.
            reader.read { $0.dropGroup(upTo: last.arrivedAt) }
            throw failure
        }
    }

    /// Looks at the state now and after every change until `find` finds something.
    private func waitForChange<Found: Sendable>(
        within seconds: Double, _ find: @escaping @Sendable (inout SessionState) throws -> Found?
    ) async throws -> Found {
        do {
            return try await withDeadline(.seconds(seconds)) { [reader] in
                while true {
                    let generation = reader.changed.generation
                    if let found = try reader.read(find) { return found }
                    await reader.changed.wait(after: generation)
                    try Task.checkCancellation()
                }
            }
        } catch is TimeoutError {
            throw reader.read { $0.timeoutFailure }
        }
    }

    func close() async {
        await reader.stop()
    }
}
