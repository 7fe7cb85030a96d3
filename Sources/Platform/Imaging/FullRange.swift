/// Brings television range (luma 16...235, chroma 16...240; ITU-R BT.601 and BT.709) to the full range that JPEG has.
enum FullRange {
    /// A full-range copy whose planes are padded to whole chroma samples by repeating the last column and row.
    static func copy(of image: YUVImage) -> YUVImage {
        let step = image.subsampling.step
        return image.withPlanes { planes in
            let sizes = planes.indices.map { index in
                index == 0
                    ? (width: roundUp(image.width, step.columns), height: roundUp(image.height, step.rows))
                    : (width: planes[index].width, height: planes[index].height)
            }
            let memory = PlaneMemory(byteCount: sizes.reduce(0) { $0 + $1.width * $1.height })
            var offset = 0
            var copies: [YUVImage.Plane] = []
            for (index, (plane, size)) in zip(planes, sizes).enumerated() {
                let conversion: Conversion = image.isFullRange ? .none : index == 0 ? .luma : .chroma
                unsafe copy(plane, to: memory.bytes + offset, width: size.width, height: size.height, conversion)
                copies.append(
                    unsafe YUVImage.Plane(
                        bytes: memory.bytes + offset, stride: size.width, width: size.width, height: size.height))
                offset += size.width * size.height
            }
            return YUVImage(
                width: image.width, height: image.height, subsampling: image.subsampling, isFullRange: true,
                planes: copies, owner: memory)
        }
    }

    private enum Conversion { case none, luma, chroma }

    private static func roundUp(_ value: Int, _ step: Int) -> Int { (value + step - 1) / step * step }

    private static func copy(
        _ plane: YUVImage.Plane, to target: UnsafeMutablePointer<UInt8>, width: Int, height: Int,
        _ conversion: Conversion
    ) {
        for row in 0..<height {
            let source = unsafe plane.bytes + min(row, plane.height - 1) * plane.stride
            let line = unsafe target + row * width
            let known = min(width, plane.width)
            switch conversion {
            case .none: unsafe line.update(from: source, count: known)
            case .luma: unsafe expandLuma(source, line, known)
            case .chroma: unsafe expandChroma(source, line, known)
            }
            for column in known..<max(known, width) { unsafe line[column] = line[known - 1] }
        }
    }

    // Both loops keep to 16-bit lanes without branches, so that the compiler turns them into SIMD code.
    // 42/256 and 71/512 stand for 255/219 - 1 and 255/224 - 1; the result is at most 1 off the exact one.

    private static func expandLuma(_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int)
    {
        for index in 0..<count {
            let value = unsafe UInt16(truncatingIfNeeded: max(source[index], 16)) &- 16
            let wide = value &+ ((value &* 42 &+ 128) &>> 8)
            unsafe target[index] = UInt8(truncatingIfNeeded: min(wide, 255))
        }
    }

    private static func expandChroma(
        _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int
    ) {
        for index in 0..<count {
            let value = unsafe Int16(truncatingIfNeeded: source[index]) &- 128
            let wide = 128 &+ value &+ ((value &* 71 &+ 256) &>> 9)
            unsafe target[index] = UInt8(truncatingIfNeeded: max(0, min(wide, 255)))
        }
    }
}

/// The memory of planes that were made here.
@safe final class PlaneMemory {
    let bytes: UnsafeMutablePointer<UInt8>

    init(byteCount: Int) {
        unsafe bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCount)
    }

    deinit { unsafe bytes.deallocate() }
}
