import Domain
import Foundation

/// Which observations are for training and which for judging: other days, so that no picture is judged that hardly differs
/// from one that was learned.
struct DatasetSplit {
    private(set) var training: [Observation] = []
    private(set) var validation: [Observation] = []

    private static let day: TimeInterval = 86_400

    /// - Parameters:
    ///   - share: of the observations at least so many are for judging, 0...1, as far as whole days allow; one day is cut in
    ///     two by time.
    init(_ observations: [Observation], share: Double) {
        let sorted = observations.sorted {
            ($0.takenAt, $0.snapshotID.description) < ($1.takenAt, $1.snapshotID.description)
        }
        guard share > 0, let first = sorted.first else {
            training = sorted
            return
        }
        let wanted = Int((Double(sorted.count) * share).rounded(.up))
        let firstDay = Self.day(of: first)
        var start = max(1, sorted.count - wanted)
        // Back to where its day begins, unless that is the first day: then on to where the second begins.
        while start > 0, start < sorted.count, Self.day(of: sorted[start - 1]) == Self.day(of: sorted[start]) {
            guard Self.day(of: sorted[start]) != firstDay else {
                start = sorted.firstIndex { Self.day(of: $0) != firstDay } ?? max(1, sorted.count - wanted)
                break
            }
            start -= 1
        }
        training = Array(sorted[..<start])
        validation = Array(sorted[start...])
    }

    /// UTC.
    private static func day(of observation: Observation) -> Int {
        Int((observation.takenAt.timeIntervalSince1970 / day).rounded(.down))
    }
}
