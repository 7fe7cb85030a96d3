import Domain

/// Of boxes that overlap keeps the best: greedy non-maximum suppression.
struct NonMaximumSuppression: Sendable {
    /// Boxes with a larger intersection over union with a better one are dropped.
    var overlap: Float
    /// Only so many of the best are looked at, and only so many are kept: both bound the work.
    var candidates = 2000
    var maximum = 600

    init(overlap: Float) { self.overlap = overlap }

    /// Best first; of equal scores the earlier one wins.
    func keep(_ detections: [Detection]) -> [Detection] {
        let order = detections.indices.sorted {
            (detections[$0].score, $1) > (detections[$1].score, $0)
        }
        var kept: [Detection] = []
        for index in order.prefix(candidates) {
            let candidate = detections[index]
            if kept.allSatisfy({ $0.box.intersectionOverUnion(candidate.box) <= overlap }) { kept.append(candidate) }
            if kept.count == maximum { break }
        }
        return kept
    }
}
