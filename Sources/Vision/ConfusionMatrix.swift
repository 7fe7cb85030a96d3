import Domain

/// What the classifier said of faces whose mask is annotated.
struct ConfusionMatrix {
    /// Truth, then answer: `mask`, `no_mask`, `incorrect`, `unknown`, or `missed` if no face was found there.
    private(set) var table: [String: [String: Int]] = [:]

    mutating func add(_ matching: FaceMatching) {
        for pair in matching.pairs { count(pair.truth.category, Self.name(pair.face.mask)) }
        for truth in matching.missed { count(truth.category, "missed") }
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

    private static func name(_ state: MaskState) -> String {
        COCODataset.Category.labelled.first { $0.state == state }?.rawValue ?? "unknown"
    }
}
