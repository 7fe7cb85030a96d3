import Domain
import Imaging

extension FaceDetector {
    /// Whether the network answers in the shape its package says, by a grey picture.
    /// - Throws: `InferenceError`.
    package func tryOnce() async throws {
        let picture = PixelBuffer(width: 320, height: 180, filledWith: ModelTrial.grey)
        _ = try detections(in: await infer(looks(at: picture, size: ModelTrial.size)), size: ModelTrial.size)
    }
}

extension MaskClassifier {
    /// Whether the network answers in the shape its package says, by two grey faces.
    /// - Throws: `InferenceError`.
    package func tryOnce() async throws {
        let picture = PixelBuffer(width: 320, height: 180, filledWith: ModelTrial.grey)
        let box = Box(x: 60, y: 20, width: 128, height: 128)
        _ = try await classify([crop(box, from: picture), crop(box, from: picture)].compactMap { $0 })
    }
}

private enum ModelTrial {
    static let size = PictureSize(width: 320, height: 180)
    static let grey = Color(red: 114, green: 114, blue: 114)
}
