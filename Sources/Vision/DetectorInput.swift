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

    /// Longer sides as shares of the longest, for pictures that are not enlarged to it.
    private static let shares = [0.5, 0.75, 1]

    /// - Parameter enlarge: the largest scale; a small picture is not blown up further, and gets a smaller input.
    init(for size: PictureSize, longestSide: Int, multiple: Int, enlarge: Double = .infinity) {
        let scale = min(Double(longestSide) / Double(max(size.width, size.height)), enlarge)
        func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded(.toNearestOrEven))) }
        content = PictureSize(width: scaled(size.width), height: scaled(size.height))
        let (longer, shorter) = (max(content.width, content.height), min(content.width, content.height))
        let long = Self.side(longestSide, Self.shares, least: longer, multiple)
        let short = Self.side(long, Self.aspects, least: shorter, multiple)
        columns = content.width >= content.height ? long : short
        rows = content.width >= content.height ? short : long
    }

    /// The smallest share of `whole` that has room for `least`.
    private static func side(_ whole: Int, _ shares: [Double], least: Int, _ multiple: Int) -> Int {
        shares.map { roundUp(Double(whole) * $0, to: multiple) }.first { $0 >= least } ?? whole
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

    /// Pixels of the picture for one of the input.
    func factor(to size: PictureSize) -> (x: Float, y: Float) {
        (Float(size.width) / Float(content.width), Float(size.height) / Float(content.height))
    }

    private static func roundUp(_ value: Double, to multiple: Int) -> Int {
        Int((value / Double(multiple)).rounded(.up)) * multiple
    }
}
