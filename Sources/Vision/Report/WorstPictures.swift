import Domain
import Foundation

/// Keeps the pictures with the most mistakes.
struct WorstPictures {
    struct Picture: Sendable {
        /// What is drawn on the picture.
        enum Kind: String, Sendable {
            case found, missed, extra, misjudged
        }

        struct Mark: Sendable {
            let box: Box
            let kind: Kind
            /// For people: what was taken for what.
            let label: String
        }

        let file: URL
        let name: String
        let width: Int
        let height: Int
        let marks: [Mark]

        func count(_ kind: Kind) -> Int { marks.count { $0.kind == kind } }

        var mistakes: Int { marks.count { $0.kind != .found } }
    }

    static let kept = 12

    /// Most mistakes first; of equals the earlier one.
    private(set) var pictures: [Picture] = []

    mutating func add(_ file: URL, name: String, _ analysis: PictureAnalysis, _ matching: FaceMatching) {
        let picture = Picture(
            file: file, name: name, width: analysis.width, height: analysis.height, marks: Self.marks(matching))
        guard picture.mistakes > 0 else { return }
        let place = pictures.firstIndex { $0.mistakes < picture.mistakes } ?? pictures.count
        pictures.insert(picture, at: place)
        if pictures.count > Self.kept { pictures.removeLast() }
    }

    private static func marks(_ matching: FaceMatching) -> [Picture.Mark] {
        let wrong = Set(matching.misjudged.map(\.face))
        let found = matching.pairs.map { pair in
            let isWrong = wrong.contains(pair.face)
            return Picture.Mark(
                box: pair.face.box, kind: isWrong ? .misjudged : .found,
                label: isWrong
                    ? "\(pair.truth.category.words), taken for \(pair.face.mask.words)" : pair.face.mask.words)
        }
        let missed = matching.missed.map {
            Picture.Mark(box: $0.box, kind: .missed, label: "missed: \($0.category.words)")
        }
        let extra = matching.extra.map {
            Picture.Mark(box: $0.box, kind: .extra, label: "no face here: \($0.mask.words)")
        }
        return found + missed + extra
    }
}

extension COCODataset.Category {
    var words: String { state?.words ?? "face" }
}

extension MaskState {
    var words: String {
        switch self {
        case .wornCorrectly: "mask"
        case .wornIncorrectly: "mask worn wrongly"
        case .without: "no mask"
        case .unknown: "unknown"
        }
    }
}
