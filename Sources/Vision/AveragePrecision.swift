import Domain

/// Average precision as pycocotools computes it (cocodataset/cocoapi, PythonAPI/pycocotools/cocoeval.py): greedy matching by
/// score, crowd regions ignored, precision made monotonous and sampled at 101 recalls.
struct AveragePrecision {
    struct Truth {
        let box: Box
        /// Matches as often as detections lie in it, and counts neither way.
        let isCrowd: Bool
    }

    struct Candidate {
        let box: Box
        let score: Float
    }

    /// What became of one candidate.
    private struct Outcome {
        let score: Float
        let isMatch: Bool
        let isIgnored: Bool
    }

    /// Faces and candidates of other heights (pixels of the picture) are ignored.
    let heights: Range<Float>
    /// Of every picture the best so many are looked at.
    private let maximumCandidates = 1000

    private var pictures: [(truths: [Truth], candidates: [Candidate])] = []

    init(heights: Range<Float> = 0..<Float.infinity) { self.heights = heights }

    mutating func add(truths: [Truth], candidates: [Candidate]) {
        let order = candidates.indices.sorted {
            (candidates[$0].score, $1) > (candidates[$1].score, $0)
        }
        pictures.append((truths, order.prefix(maximumCandidates).map { candidates[$0] }))
    }

    /// 0...1; nil if there is nothing to find.
    func value(overlap: Double) -> Double? {
        let positives = positives
        guard positives > 0 else { return nil }
        return Self.area(under: outcomes(overlap: overlap), positives: positives)
    }

    /// How many faces there are to find.
    var positives: Int { pictures.reduce(0) { $0 + $1.truths.count { !isIgnored($0) } } }

    /// Recall and precision as the score from which on candidates count falls; best score first.
    func curve(overlap: Double) -> PrecisionCurve {
        let positives = Double(positives)
        var (found, wrong) = (0.0, 0.0)
        let points = outcomes(overlap: overlap).filter { !$0.isIgnored }.map { outcome in
            if outcome.isMatch { found += 1 } else { wrong += 1 }
            return PrecisionCurve.Point(
                score: outcome.score, recall: positives == 0 ? 0 : found / positives, precision: found / (found + wrong)
            )
        }
        return PrecisionCurve(points: points, positives: Int(positives))
    }

    /// Of all candidates, best score first.
    private func outcomes(overlap: Double) -> [Outcome] {
        let outcomes = pictures.flatMap { match($0.truths, $0.candidates, overlap: overlap) }
        let order = outcomes.indices.sorted { (outcomes[$0].score, $1) > (outcomes[$1].score, $0) }
        return order.map { outcomes[$0] }
    }

    /// The mean over IoU 0.50, 0.55 ... 0.95.
    func meanValue() -> Double? {
        let values = (0..<10).compactMap { value(overlap: 0.5 + 0.05 * Double($0)) }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private func isIgnored(_ truth: Truth) -> Bool { truth.isCrowd || !heights.contains(truth.box.height) }

    /// Each candidate, best first, takes the free face it overlaps most; one that has a face keeps it from crowds.
    private func match(_ truths: [Truth], _ candidates: [Candidate], overlap: Double) -> [Outcome] {
        let ordered = truths.filter { !isIgnored($0) } + truths.filter(isIgnored)
        let counted = truths.count { !isIgnored($0) }
        var taken = Array(repeating: false, count: ordered.count)
        return candidates.map { candidate in
            var best: Int?
            var bestOverlap = min(overlap, 1 - 1e-10)
            for index in ordered.indices where !taken[index] || ordered[index].isCrowd {
                if let best, best < counted, index >= counted { break }
                let value = Self.overlap(candidate.box, ordered[index])
                guard value >= bestOverlap else { continue }
                bestOverlap = value
                best = index
            }
            if let best { taken[best] = true }
            let isIgnored = best.map { $0 >= counted } ?? !heights.contains(candidate.box.height)
            return Outcome(score: candidate.score, isMatch: best != nil, isIgnored: isIgnored)
        }
    }

    /// Intersection over union; of a crowd region, over the candidate's own area.
    private static func overlap(_ candidate: Box, _ truth: Truth) -> Double {
        let other = truth.box
        let width = min(candidate.x + candidate.width, other.x + other.width) - max(candidate.x, other.x)
        let height = min(candidate.y + candidate.height, other.y + other.height) - max(candidate.y, other.y)
        guard width > 0, height > 0 else { return 0 }
        let shared = Double(width) * Double(height)
        let area = Double(candidate.width) * Double(candidate.height)
        let otherArea = Double(other.width) * Double(other.height)
        return shared / (truth.isCrowd ? area : area + otherArea - shared)
    }

    private static func area(under outcomes: [Outcome], positives: Int) -> Double {
        var (found, wrong) = (0.0, 0.0)
        var recalls: [Double] = []
        var precisions: [Double] = []
        for outcome in outcomes where !outcome.isIgnored {
            if outcome.isMatch { found += 1 } else { wrong += 1 }
            recalls.append(found / Double(positives))
            precisions.append(found / (found + wrong))
        }
        for index in precisions.indices.dropFirst().reversed() {
            precisions[index - 1] = max(precisions[index - 1], precisions[index])
        }
        var sum = 0.0
        var position = 0
        for step in 0...100 {
            // As numpy's linspace rounds: a recall that falls on a step must fall on the same side of it.
            let recall = step == 100 ? 1 : Double(step) * 0.01
            while position < recalls.count, recalls[position] < recall { position += 1 }
            if position < precisions.count { sum += precisions[position] }
        }
        return sum / 101
    }
}
