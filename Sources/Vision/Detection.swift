import Domain

/// A box the detector found, before anything is known of the mask.
struct Detection: Hashable, Sendable {
    /// Pixels of the network's input, or of the picture after `scaled`.
    var box: Box
    /// 0...1.
    var score: Float

    /// The box in another picture that is `factor` times as large.
    func scaled(by factor: (x: Float, y: Float)) -> Detection {
        let scaled = Box(
            x: box.x * factor.x, y: box.y * factor.y, width: box.width * factor.x, height: box.height * factor.y)
        return Detection(box: scaled, score: score)
    }

    /// The box cut off at the edges of a picture; nil if nothing is left.
    func clipped(width: Int, height: Int) -> Detection? {
        let left = min(max(box.x, 0), Float(width))
        let top = min(max(box.y, 0), Float(height))
        let right = min(max(box.x + box.width, 0), Float(width))
        let bottom = min(max(box.y + box.height, 0), Float(height))
        guard right > left, bottom > top else { return nil }
        return Detection(box: Box(x: left, y: top, width: right - left, height: bottom - top), score: score)
    }
}
