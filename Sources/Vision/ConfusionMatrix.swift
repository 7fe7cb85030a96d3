import Domain

/// What the classifier said of faces whose mask is annotated.
struct ConfusionMatrix {
    /// Truth, then answer: `mask`, `no_mask`, `incorrect`, `unknown`, or `missed` if no face was found there.
    private(set) var table: [String: [String: Int]] = [:]

    private static let overlap: Float = 0.5

    mutating func add(_ truths: [COCODataset.Truth], found: [Face]) {
        var free = found.sorted { $0.score > $1.score }
        var open = truths.filter { !$0.isCrowd }
        // Best pairs first, so that neighbours do not take each other's face.
        while let pair = Self.bestPair(open, free) {
            count(open[pair.truth].category, Self.name(free[pair.face].mask))
            open.remove(at: pair.truth)
            free.remove(at: pair.face)
        }
        for truth in open { count(truth.category, "missed") }
    }

    /// The share of right answers among the answers, `unknown` being none; nil without any.
    var accuracy: Double? {
        let answers = rows.reduce(0) { $0 + $1.answers }
        return answers == 0 ? nil : Double(rows.reduce(0) { $0 + $1.right }) / Double(answers)
    }

    /// The mean of the classes' shares of right answers.
    var balancedAccuracy: Double? {
        let shares = rows.filter { $0.answers > 0 }.map { Double($0.right) / Double($0.answers) }
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }

    private var rows: [(right: Int, answers: Int)] {
        let names = COCODataset.Category.labelled.map(\.rawValue)
        return names.compactMap { truth in
            table[truth].map { row in (row[truth] ?? 0, names.reduce(0) { $0 + (row[$1] ?? 0) }) }
        }
    }

    private mutating func count(_ truth: COCODataset.Category, _ answer: String) {
        guard truth != .face else { return }
        table[truth.rawValue, default: [:]][answer, default: 0] += 1
    }

    private static func bestPair(_ truths: [COCODataset.Truth], _ faces: [Face]) -> (truth: Int, face: Int)? {
        var best: (truth: Int, face: Int)?
        var bestOverlap = overlap
        for (truthIndex, truth) in truths.enumerated() {
            for (faceIndex, face) in faces.enumerated() {
                let value = truth.box.intersectionOverUnion(face.box)
                guard value >= bestOverlap, best == nil || value > bestOverlap else { continue }
                bestOverlap = value
                best = (truthIndex, faceIndex)
            }
        }
        return best
    }

    private static func name(_ state: MaskState) -> String {
        COCODataset.Category.labelled.first { $0.state == state }?.rawValue ?? "unknown"
    }
}
