extension YUVImage {
    /// A copy that is black where `spans` says so; what was there is not in it any more.
    /// - Parameter spans: for a height in the picture, 0...1, the stretches of the width to cover, 0...1. A pixel is covered
    ///   if its row is touched at its top, middle or bottom, and its column by any part.
    package func covered(_ spans: (Double) -> [ClosedRange<Double>]) -> YUVImage {
        withPlanes { planes in
            let memory = PlaneCopy(planes)
            for (index, plane) in planes.enumerated() {
                let paint: UInt8 = index > 0 ? 128 : isFullRange ? 0 : 16
                for row in 0..<plane.height {
                    for step in 0...2 {
                        let y = (Double(row) + Double(step) / 2) / Double(plane.height)
                        for span in spans(min(max(y, 1e-9), 1 - 1e-9)) {
                            memory.fill(index, row, Self.columns(span, plane.width), with: paint)
                        }
                    }
                }
            }
            return YUVImage(
                width: width, height: height, subsampling: subsampling, isFullRange: isFullRange,
                planes: memory.planes, owner: memory)
        }
    }

    private static func columns(_ span: ClosedRange<Double>, _ width: Int) -> Range<Int> {
        let first = Int((span.lowerBound * Double(width)).rounded(.down))
        let end = Int((span.upperBound * Double(width)).rounded(.up))
        return max(0, first)..<max(max(0, first), min(width, end))
    }
}

/// Owner of the planes of a copied picture.
@safe private final class PlaneCopy {
    private let buffers: [UnsafeMutableBufferPointer<UInt8>]
    private let sizes: [(width: Int, height: Int)]

    init(_ planes: [YUVImage.Plane]) {
        sizes = planes.map { ($0.width, $0.height) }
        unsafe buffers = unsafe planes.map { plane in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: plane.width * plane.height)
            for row in 0..<plane.height {
                let source = unsafe UnsafeBufferPointer(start: plane.bytes + row * plane.stride, count: plane.width)
                _ = unsafe copy[(row * plane.width)...].initialize(from: source)
            }
            return unsafe copy
        }
    }

    deinit { unsafe buffers.forEach { unsafe $0.deallocate() } }

    func fill(_ plane: Int, _ row: Int, _ columns: Range<Int>, with value: UInt8) {
        let start = row * sizes[plane].width
        for column in columns { unsafe buffers[plane][start + column] = value }
    }

    var planes: [YUVImage.Plane] {
        sizes.indices.map { index in
            guard let bytes = unsafe buffers[index].baseAddress else { preconditionFailure("a plane has memory") }
            return unsafe YUVImage.Plane(
                bytes: UnsafePointer(bytes), stride: sizes[index].width, width: sizes[index].width,
                height: sizes[index].height)
        }
    }
}
