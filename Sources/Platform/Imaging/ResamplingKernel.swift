/// The weights of one axis: a triangle filter that widens when the picture shrinks, as Pillow's `BILINEAR`
/// (python-pillow/Pillow, src/libImaging/Resample.c). Output `i` is the sum of `counts[i]` inputs from `firsts[i]` on.
struct ResamplingKernel {
    /// A weight of 1.
    static let one: Int32 = 1 << bits
    static let bits: Int32 = 14

    private(set) var firsts: [Int] = []
    private(set) var counts: [Int] = []
    /// `stride` weights an output; each output's weights add up to `one`, so that no sum leaves 0...255.
    private(set) var weights: [Int16] = []
    let stride: Int
    /// Whether every output is the input at the same place.
    let isIdentity: Bool

    /// The whole of `inputSize` pixels becomes `outputSize` pixels.
    init(from inputSize: Int, to outputSize: Int) {
        self.init(inputSize: inputSize, start: 0, length: Double(inputSize), outputSize: outputSize)
    }

    /// `length` pixels from `start` on become `outputSize` pixels; the filter sees their neighbours too.
    init(inputSize: Int, start: Double, length: Double, outputSize: Int) {
        let scale = length / Double(outputSize)
        let support = max(scale, 1)
        isIdentity = start == 0 && length == Double(inputSize) && inputSize == outputSize
        stride = Int(support.rounded(.up)) * 2 + 1
        firsts.reserveCapacity(outputSize)
        counts.reserveCapacity(outputSize)
        weights.reserveCapacity(outputSize * stride)
        for output in 0..<outputSize {
            let center = start + (Double(output) + 0.5) * scale
            let first = min(inputSize - 1, max(0, Int(center - support + 0.5)))
            let end = max(first + 1, min(inputSize, Int(center + support + 0.5)))
            append(first: first, count: end - first) { input in 1 - abs((Double(input) + 0.5 - center) / support) }
        }
    }

    private mutating func append(first: Int, count: Int, triangle: (Int) -> Double) {
        let raw = (first..<first + count).map { max(0, triangle($0)) }
        let sum = raw.reduce(0, +)
        var fixed = raw.map { sum > 0 ? Int32(($0 / sum * Double(Self.one)).rounded()) : 0 }
        let largest = fixed.indices.max { fixed[$0] < fixed[$1] } ?? 0
        fixed[largest] += Self.one - fixed.reduce(0, +)
        firsts.append(first)
        counts.append(count)
        weights += fixed.map { Int16($0) } + Array(repeating: 0, count: stride - count)
    }
}
