import Domain

/// Compares what was found with what was annotated; docs of the figures stand at `EvaluationReport`, the rule for the masks in
/// docs/decisions/0005-map-of-the-pipeline.md.
struct Evaluation {
    private static let overlap = 0.5

    private var all = AveragePrecision()
    private var byHeight = EvaluationReport.heights.map { AveragePrecision(heights: $0.range) }
    private var byClass = COCODataset.Category.labelled.map { _ in AveragePrecision() }
    private var confusion = ConfusionMatrix()
    private var images = 0
    private var faces = 0
    /// Faces with a lower score count in the precision figures only, as they would not be shown.
    private let operatingScore: Float

    init(operatingScore: Float) { self.operatingScore = operatingScore }

    /// - Returns: how the faces that would be shown compare with the annotated ones.
    @discardableResult
    mutating func add(_ truths: [COCODataset.Truth], found: [Face]) -> FaceMatching {
        images += 1
        faces += truths.count { !$0.isCrowd }
        let boxes = truths.map { AveragePrecision.Truth(box: $0.box, isCrowd: $0.isCrowd) }
        let candidates = found.map { AveragePrecision.Candidate(box: $0.box, score: $0.score) }
        all.add(truths: boxes, candidates: candidates)
        for index in byHeight.indices { byHeight[index].add(truths: boxes, candidates: candidates) }
        for (index, category) in COCODataset.Category.labelled.enumerated() {
            byClass[index].add(
                truths: Self.truths(truths, of: category), candidates: Self.candidates(found, of: category))
        }
        let matching = FaceMatching(truths, found: found.filter { $0.score >= operatingScore })
        confusion.add(matching)
        return matching
    }

    /// Precision and recall of the faces and, by category, of the masks.
    func curves() -> EvaluationDetails.Curves {
        EvaluationDetails.Curves(
            faces: all.curve(overlap: Self.overlap),
            masks: zip(COCODataset.Category.labelled, byClass).map {
                ($0.rawValue, $1.curve(overlap: Self.overlap))
            },
            facesByHeight: zip(EvaluationReport.heights, byHeight).map { ($0.name, $1.positives) })
    }

    func report(seconds: Double) -> EvaluationReport {
        let heights = zip(EvaluationReport.heights, byHeight).map { ($0.name, $1.value(overlap: Self.overlap)) }
        let classes = zip(COCODataset.Category.labelled, byClass).compactMap { category, precision in
            precision.value(overlap: Self.overlap).map { (category.rawValue, $0) }
        }
        let mean = classes.isEmpty ? nil : classes.reduce(0) { $0 + $1.1 } / Double(classes.count)
        return EvaluationReport(
            images: images, faces: faces, ap50: all.value(overlap: Self.overlap),
            ap50ByHeight: Dictionary(uniqueKeysWithValues: heights), ap: all.meanValue(), map50: mean,
            ap50ByClass: Dictionary(uniqueKeysWithValues: classes), accuracy: confusion.accuracy,
            balancedAccuracy: confusion.balancedAccuracy, confusion: confusion.table, seconds: seconds)
    }

    /// Faces without a mask label are regions to ignore: nothing is known of their mask.
    private static func truths(
        _ truths: [COCODataset.Truth], of category: COCODataset.Category
    ) -> [AveragePrecision.Truth] {
        truths.compactMap { truth in
            let isUnknown = truth.isCrowd || truth.category == .face
            guard isUnknown || truth.category == category else { return nil }
            return AveragePrecision.Truth(box: truth.box, isCrowd: isUnknown)
        }
    }

    /// A face counts for every class, by its score times the probability of the class.
    private static func candidates(
        _ found: [Face], of category: COCODataset.Category
    ) -> [AveragePrecision.Candidate] {
        found.compactMap { face in
            guard let state = category.state, let probability = face.maskScores[state] else { return nil }
            return AveragePrecision.Candidate(box: face.box, score: face.score * probability)
        }
    }
}
