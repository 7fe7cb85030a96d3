import Imaging

/// How a picture lies in the detector's input: scaled to fit, at the top left. The input follows the picture's aspect, but
/// only a few sizes are used, because each costs time to make ready.
struct DetectorInput: Hashable, Sendable {
    /// The network's input, in pixels.
    let columns: Int
    let rows: Int
    /// The part of it the picture covers.
    let content: PictureSize

    /// Shorter sides as shares of the longer: 16:9, 4:3, square.
    private static let aspects = [9.0 / 16, 3.0 / 4, 1]

    init(for size: PictureSize, longestSide: Int, multiple: Int) {
        let scale = Double(longestSide) / Double(max(size.width, size.height))
        func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded(.toNearestOrEven))) }
        content = PictureSize(width: scaled(size.width), height: scaled(size.height))
        let shorter = min(content.width, content.height)
        let sides = Self.aspects.map { Self.roundUp(Double(longestSide) * $0, to: multiple) }
        let chosen = sides.first { $0 >= shorter } ?? longestSide
        columns = content.width >= content.height ? longestSide : chosen
        rows = content.width >= content.height ? chosen : longestSide
    }

    /// Every input of a detector: landscape, portrait and square.
    static func all(longestSide: Int, multiple: Int) -> [DetectorInput] {
        let sides = Set(aspects.map { roundUp(Double(longestSide) * $0, to: multiple) }).sorted(by: >)
        let sizes = sides.flatMap {
            [PictureSize(width: longestSide, height: $0), PictureSize(width: $0, height: longestSide)]
        }
        return Set(sizes.map { DetectorInput(for: $0, longestSide: longestSide, multiple: multiple) })
            .sorted { ($0.rows * $0.columns, $0.columns) > ($1.rows * $1.columns, $1.columns) }
    }

    /// For a network that takes one size only.
    init(for size: PictureSize, columns: Int, rows: Int) {
        let scale = min(Double(columns) / Double(size.width), Double(rows) / Double(size.height))
        func scaled(_ side: Int, _ most: Int) -> Int {
            min(most, max(1, Int((Double(side) * scale).rounded(.toNearestOrEven))))
        }
        content = PictureSize(width: scaled(size.width, columns), height: scaled(size.height, rows))
        self.columns = columns
        self.rows = rows
    }

    private static func roundUp(_ value: Double, to multiple: Int) -> Int {
        Int((value / Double(multiple)).rounded(.up)) * multiple
    }
}
