import Domain

/// A box the detector found, before anything is known of the mask.
struct Detection: Hashable, Sendable {
    /// Pixels of the network's input, or of the picture after `scaled`.
    var box: Box
    /// 0...1.
    var score: Float

    /// The box in another picture that is `factor` times as large, cut off at its edges; nil if nothing is left.
    func scaled(by factor: (x: Float, y: Float), width: Int, height: Int) -> Detection? {
        let left = min(max(box.x * factor.x, 0), Float(width))
        let top = min(max(box.y * factor.y, 0), Float(height))
        let right = min(max((box.x + box.width) * factor.x, 0), Float(width))
        let bottom = min(max((box.y + box.height) * factor.y, 0), Float(height))
        guard right > left, bottom > top else { return nil }
        return Detection(box: Box(x: left, y: top, width: right - left, height: bottom - top), score: score)
    }
}
