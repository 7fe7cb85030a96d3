import Domain
import Foundation

/// Of boxes that overlap keeps the best: greedy non-maximum suppression.
struct NonMaximumSuppression: Sendable {
    /// Boxes with a larger intersection over union with a better one are dropped.
    var overlap: Float
    /// If set, the distance of the centres lets boxes stay: what counts is `IoU - (d / c)^(2 * beta)`, with `d` between the
    /// centres and `c` the diagonal around both (AlexeyAB/darknet, src/box.c, `box_diounms`; Zheng et al. 2020).
    var distanceBeta: Float?
    /// Only so many of the best are looked at, and only so many are kept: both bound the work.
    var candidates = 2000
    var maximum = 600

    init(overlap: Float) { self.overlap = overlap }

    init(_ thresholds: ModelDescription.Thresholds) {
        self.init(overlap: thresholds.nmsIou ?? 0.45)
        if thresholds.nmsKind == "distance" { distanceBeta = thresholds.nmsBeta ?? 0.6 }
    }

    /// Best first; of equal scores the earlier one wins.
    func keep(_ detections: [Detection]) -> [Detection] {
        let order = detections.indices.sorted {
            (detections[$0].score, $1) > (detections[$1].score, $0)
        }
        var kept: [Detection] = []
        for index in order.prefix(candidates) {
            let candidate = detections[index]
            if kept.allSatisfy({ likeness($0.box, candidate.box) <= overlap }) { kept.append(candidate) }
            if kept.count == maximum { break }
        }
        return kept
    }

    private func likeness(_ one: Box, _ other: Box) -> Float {
        let shared = one.intersectionOverUnion(other)
        guard let distanceBeta, shared > 0 else { return shared }
        let x = one.x + one.width / 2 - other.x - other.width / 2
        let y = one.y + one.height / 2 - other.y - other.height / 2
        let width = max(one.x + one.width, other.x + other.width) - min(one.x, other.x)
        let height = max(one.y + one.height, other.y + other.height) - min(one.y, other.y)
        return shared - pow((x * x + y * y) / (width * width + height * height), distanceBeta)
    }
}
