package import Imaging

/// YUV pictures made of a formula, for tests.
package enum SyntheticPicture {
    /// A 4:2:0 picture whose samples are `luma(x, y)` and, in chroma coordinates, `u(x, y)` and `v(x, y)`.
    package static func yuv420(
        width: Int, height: Int, isFullRange: Bool = false, luma: (Int, Int) -> UInt8,
        u: (Int, Int) -> UInt8 = { _, _ in 128 }, v: (Int, Int) -> UInt8 = { _, _ in 128 }
    ) -> YUVImage {
        let chromaWidth = (width + 1) / 2
        let chromaHeight = (height + 1) / 2
        let memory = SampleMemory(byteCount: width * height + 2 * chromaWidth * chromaHeight)
        let y = memory.plane(at: 0, width: width, height: height, luma)
        let uPlane = memory.plane(at: width * height, width: chromaWidth, height: chromaHeight, u)
        let vPlane = memory.plane(
            at: width * height + chromaWidth * chromaHeight, width: chromaWidth, height: chromaHeight, v)
        return YUVImage(
            width: width, height: height, subsampling: .yuv420, isFullRange: isFullRange, planes: [y, uPlane, vPlane],
            owner: memory)
    }

    /// Something like a scene: smooth shapes with noise, different colours in different corners.
    package static func scene(width: Int = 320, height: Int = 180, isFullRange: Bool = false) -> YUVImage {
        var random = SeededGenerator(seed: 1)
        return yuv420(
            width: width, height: height, isFullRange: isFullRange,
            luma: { x, y in UInt8(40 + 80 * x / width + 60 * y / height + Int(random.next() % 12)) },
            u: { x, _ in UInt8(100 + 60 * x / width) }, v: { _, y in UInt8(150 - 60 * y / height) })
    }
}

extension YUVImage {
    /// The largest mean difference of luma among blocks of 16x16, 0...255; 255 if the sizes differ.
    package func largestBlockDifference(to other: YUVImage) -> Double {
        guard width == other.width, height == other.height else { return 255 }
        return withPlanes { mine in
            other.withPlanes { theirs in
                var largest = 0.0
                for top in stride(from: 0, to: height - 15, by: 16) {
                    for left in stride(from: 0, to: width - 15, by: 16) {
                        largest = max(largest, Self.difference(mine[0], theirs[0], left, top))
                    }
                }
                return largest
            }
        }
    }

    private static func difference(_ a: Plane, _ b: Plane, _ left: Int, _ top: Int) -> Double {
        var sum = 0
        for y in top..<(top + 16) {
            for x in left..<(left + 16) {
                sum += unsafe abs(Int(a.bytes[y * a.stride + x]) - Int(b.bytes[y * b.stride + x]))
            }
        }
        return Double(sum) / 256
    }
}

@safe private final class SampleMemory {
    private let bytes: UnsafeMutablePointer<UInt8>

    init(byteCount: Int) { unsafe bytes = .allocate(capacity: byteCount) }

    deinit { unsafe bytes.deallocate() }

    func plane(at offset: Int, width: Int, height: Int, _ value: (Int, Int) -> UInt8) -> YUVImage.Plane {
        let start = unsafe bytes + offset
        for y in 0..<height {
            for x in 0..<width { unsafe start[y * width + x] = value(x, y) }
        }
        return unsafe YUVImage.Plane(bytes: start, stride: width, width: width, height: height)
    }
}
