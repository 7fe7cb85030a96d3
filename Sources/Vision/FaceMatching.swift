import Domain

/// Which face that was found is which annotated one.
struct FaceMatching {
    private(set) var pairs: [(truth: COCODataset.Truth, face: Face)] = []
    /// Annotated and not found.
    private(set) var missed: [COCODataset.Truth]
    /// Found where nothing is annotated, nor a region to ignore.
    private(set) var extra: [Face]

    private static let overlap: Float = 0.5

    /// - Parameter found: the faces that would be shown.
    init(_ truths: [COCODataset.Truth], found: [Face]) {
        extra = found.sorted { $0.score > $1.score }
        missed = truths.filter { !$0.isCrowd }
        // Best pairs first, so that neighbours do not take each other's face.
        while let best = bestPair() {
            pairs.append((missed.remove(at: best.truth), extra.remove(at: best.face)))
        }
        let crowds = truths.filter(\.isCrowd)
        extra.removeAll { face in crowds.contains { Self.share(of: face.box, in: $0.box) >= Self.overlap } }
    }

    /// Faces whose mask was judged wrongly; `unknown` is no judgement.
    var misjudged: [(truth: COCODataset.Truth, face: Face)] {
        pairs.filter {
            $0.truth.category.state != nil && $0.face.mask != .unknown && $0.face.mask != $0.truth.category.state
        }
    }

    private func bestPair() -> (truth: Int, face: Int)? {
        var best: (truth: Int, face: Int)?
        var bestOverlap = Self.overlap
        for (truthIndex, truth) in missed.enumerated() {
            for (faceIndex, face) in extra.enumerated() {
                let value = truth.box.intersectionOverUnion(face.box)
                guard value >= bestOverlap, best == nil || value > bestOverlap else { continue }
                bestOverlap = value
                best = (truthIndex, faceIndex)
            }
        }
        return best
    }

    private static func share(of box: Box, in region: Box) -> Float {
        let width = min(box.x + box.width, region.x + region.width) - max(box.x, region.x)
        let height = min(box.y + box.height, region.y + region.height) - max(box.y, region.y)
        return width > 0 && height > 0 && box.area > 0 ? width * height / box.area : 0
    }
}
