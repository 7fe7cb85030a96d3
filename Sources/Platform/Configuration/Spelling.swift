/// Finds the word that was probably meant.
package enum Spelling {
    /// The candidate with the fewest edits, if they are at most a third of its letters.
    package static func nearest(to word: String, in candidates: [String]) -> String? {
        let ranked = candidates.map { (candidate: $0, edits: edits(from: Array(word), to: Array($0))) }
        guard let best = ranked.min(by: { $0.edits < $1.edits }) else { return nil }
        return best.edits <= max(2, best.candidate.count / 3) ? best.candidate : nil
    }

    /// Levenshtein distance.
    private static func edits(from a: [Character], to b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let substitution = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
