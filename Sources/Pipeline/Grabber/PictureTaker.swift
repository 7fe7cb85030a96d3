import Capture
import Domain
import Foundation
import Imaging
import ServiceLifecycle

/// Makes a stored picture of a decoded one: checks that it shows something, covers what nobody may see, and writes it as
/// JPEG, off the cooperative pool.
struct PictureTaker: Sendable {
    let pool: BlockingPool
    let encoder: JPEGEncoder
    let check = PictureCheck()

    enum Outcome: Sendable {
        case good(EncodedPicture)
        case flawed(PictureCheck.Flaw)
    }

    func take(_ frame: VideoFrame, covering blackouts: [Polygon] = []) async throws -> Outcome {
        try await pool.run {
            let clock = ThreadTime()
            if let flaw = check.flaw(in: frame.image) { return .flawed(flaw) }
            let image =
                blackouts.isEmpty ? frame.image : frame.image.covered { y in blackouts.flatMap { $0.spans(at: y) } }
            let jpeg = try encoder.encode(image)
            return .good(
                EncodedPicture(
                    jpeg: jpeg, width: frame.image.width, height: frame.image.height,
                    takenAt: Date(timeIntervalSince1970: frame.capturedAt), processorSeconds: clock.seconds))
        }
    }
}
