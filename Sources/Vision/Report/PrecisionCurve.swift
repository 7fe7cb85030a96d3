/// Precision over recall.
package struct PrecisionCurve: Sendable, Hashable {
    package struct Point: Sendable, Hashable {
        let score: Float
        let recall: Double
        let precision: Double
    }

    /// Best score first, so recall grows.
    let points: [Point]
    /// How many faces there are to find.
    let positives: Int

    /// What is reached when faces count from a score on; nil if none does.
    func point(from score: Float) -> Point? { points.last { $0.score >= score } }

    /// A few points that draw the same line: precision is the best at that recall or a higher one, as average precision
    /// takes it.
    func outline(steps: Int = 200) -> [Point] {
        var best = 0.0
        let monotone = points.reversed().map { point in
            best = max(best, point.precision)
            return Point(score: point.score, recall: point.recall, precision: best)
        }.reversed()
        var outline: [Point] = []
        var last = -1.0
        for point in monotone where point.recall - last >= 1 / Double(steps) {
            outline.append(point)
            last = point.recall
        }
        if let end = monotone.last, outline.last != end { outline.append(end) }
        return outline
    }
}
