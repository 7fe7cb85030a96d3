import Foundation

/// The past that a compliance rule looks back on, in up to 60 parts of equal length, so that it needs as little room for a
/// day as for a minute.
struct RuleWindow {
    private let condition: ComplianceCondition?

    private static let parts = 60.0

    init(_ condition: RuleCondition) {
        self.condition = if case .compliance(let found) = condition { found } else { nil }
    }

    /// The picture with the counts of the window that ends with it; as it is for other rules. A burst counts once all of
    /// its shots are there: nil until then.
    func extend(
        _ window: inout [RuleProgress.WindowPart], by picture: RuleProgress.Picture
    ) -> RuleProgress.Picture? {
        guard let condition else { return picture }
        guard !picture.isPending else { return nil }
        let length = max(1, condition.window / Self.parts)
        let number = (picture.takenAt.timeIntervalSince1970 / length).rounded(.down)
        let start = Date(timeIntervalSince1970: number * length)
        if let index = window.firstIndex(where: { $0.start >= start }) {
            if window[index].start == start {
                window[index].violatingFaces += picture.violatingFaces
                window[index].judgedFaces += picture.judgedFaces
            } else {
                window.insert(Self.part(start, picture), at: index)
            }
        } else {
            window.append(Self.part(start, picture))
        }
        if let newest = window.last?.start {
            window.removeAll { newest.timeIntervalSince($0.start) > condition.window }
        }
        let seen = window.filter {
            $0.start <= picture.takenAt && picture.takenAt.timeIntervalSince($0.start) <= condition.window
        }
        var result = picture
        result.violatingFaces = seen.reduce(0) { $0 + $1.violatingFaces }
        result.judgedFaces = seen.reduce(0) { $0 + $1.judgedFaces }
        return result
    }

    private static func part(_ start: Date, _ picture: RuleProgress.Picture) -> RuleProgress.WindowPart {
        RuleProgress.WindowPart(
            start: start, violatingFaces: picture.violatingFaces, judgedFaces: picture.judgedFaces)
    }
}
