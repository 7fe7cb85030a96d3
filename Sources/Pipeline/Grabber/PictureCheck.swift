package import Imaging

/// Tells pictures that show nothing from pictures that do, on a sparse grid of samples: a decoder that lacked data leaves
/// grey, green or smeared areas.
package struct PictureCheck: Sendable {
    package enum Flaw: String, Sendable, CaseIterable {
        /// One colour all over: lens covered, or nothing decoded.
        case uniform
        /// Large areas of exactly the grey that decoders begin with.
        case grey
        /// Large areas of the green that zeroed planes show.
        case green
        /// The lower part repeats one row: the rest of the picture is missing.
        case torn

        package var message: String {
            switch self {
            case .uniform: "The picture is one colour all over. Check the lens and the light."
            case .grey: "Much of the picture is the grey of missing data."
            case .green: "Much of the picture is the green of missing data."
            case .torn: "The lower part of the picture is missing."
            }
        }
    }

    /// Largest standard deviation of luma and chroma that counts as one colour.
    package var uniformDeviation = 1.5
    /// Share of the samples that makes an area large.
    package var largeShare = 0.4
    /// Share of the samples that may have a colour which no camera can send.
    package var blankShare = 0.01
    /// Share of the rows, from the bottom, that must repeat for a torn picture.
    package var tornShare = 0.06

    package init() {}

    /// The first flaw found, or nil for a good picture.
    package func flaw(in image: YUVImage) -> Flaw? {
        image.withPlanes { planes in
            let samples = PictureSamples(planes, isFullRange: image.isFullRange)
            if samples.share(where: \.isGreen) >= largeShare || samples.share(where: \.isBlank) >= blankShare {
                return .green
            }
            if samples.deviation <= uniformDeviation { return .uniform }
            if samples.share(where: \.isFlatGrey) >= largeShare { return .grey }
            return isTorn(planes[0]) ? .torn : nil
        }
    }

    private func isTorn(_ luma: YUVImage.Plane) -> Bool {
        let needed = max(8, Int(Double(luma.height) * tornShare))
        guard luma.height > 2 * needed, luma.varies(row: luma.height - 1) else { return false }
        return (1...needed).allSatisfy { luma.isRepeated(row: luma.height - $0) }
    }
}

/// What a grid of points of a picture shows.
private struct PictureSamples {
    struct Sample {
        var luma: Int
        var u: Int
        var v: Int
        /// Whether its right neighbours have the same luma.
        var isFlat: Bool

        var isFlatGrey: Bool { isFlat && abs(luma - 128) <= 2 && abs(u - 128) <= 1 && abs(v - 128) <= 1 }
        /// Y, U and V all zero: never written by the decoder.
        var isBlank: Bool { luma == 0 && u == 0 && v == 0 }
        /// Y, U and V all near zero.
        var isGreen: Bool { luma <= 24 && u <= 24 && v <= 24 }
    }

    private var samples: [Sample] = []

    private static let columns = 64
    private static let rows = 36

    init(_ planes: [YUVImage.Plane], isFullRange: Bool) {
        let luma = planes[0]
        for row in 0..<min(Self.rows, luma.height) {
            let y = (2 * row + 1) * luma.height / (2 * min(Self.rows, luma.height))
            for column in 0..<min(Self.columns, luma.width) {
                let x = (2 * column + 1) * luma.width / (2 * min(Self.columns, luma.width))
                samples.append(Self.sample(planes, x, y))
            }
        }
    }

    private static func sample(_ planes: [YUVImage.Plane], _ x: Int, _ y: Int) -> Sample {
        let luma = planes[0]
        func chroma(_ index: Int) -> Int {
            guard planes.count == 3 else { return 128 }
            let plane = planes[index]
            return plane.value(x * plane.width / luma.width, y * plane.height / luma.height)
        }
        let value = luma.value(x, y)
        let isFlat = (1...4).allSatisfy { luma.value(min(x + $0, luma.width - 1), y) == value }
        return Sample(luma: value, u: chroma(1), v: chroma(2), isFlat: isFlat)
    }

    func share(where isCounted: (Sample) -> Bool) -> Double {
        samples.isEmpty ? 0 : Double(samples.count(where: isCounted)) / Double(samples.count)
    }

    /// The largest standard deviation of the three planes.
    var deviation: Double { max(deviation(of: \.luma), deviation(of: \.u), deviation(of: \.v)) }

    private func deviation(of value: KeyPath<Sample, Int>) -> Double {
        guard !samples.isEmpty else { return 0 }
        let mean = samples.reduce(0.0) { $0 + Double($1[keyPath: value]) } / Double(samples.count)
        let squares = samples.reduce(0.0) { sum, sample in
            let distance = Double(sample[keyPath: value]) - mean
            return sum + distance * distance
        }
        return (squares / Double(samples.count)).squareRoot()
    }
}

extension YUVImage.Plane {
    fileprivate func value(_ x: Int, _ y: Int) -> Int { unsafe Int(bytes[y * stride + x]) }

    /// Whether a row is the same as the one above it.
    fileprivate func isRepeated(row: Int) -> Bool {
        (0..<width).allSatisfy { unsafe bytes[row * stride + $0] == bytes[(row - 1) * stride + $0] }
    }

    /// Whether a row shows more than a smooth surface.
    fileprivate func varies(row: Int) -> Bool {
        let values = (0..<width).lazy.map { value($0, row) }
        return (values.max() ?? 0) - (values.min() ?? 0) > 24
    }
}
