/// The inner loops of scaling, in 16 or 4 lanes of 32-bit sums of 8-bit pixels and 14-bit weights.
enum RowBlending {
    /// Bytes that `horizontal` reads, and ignores, after the last pixel of its input.
    static let overhang = 16

    private static let half: Int32 = ResamplingKernel.one / 2
    private static let lanes = 16

    /// Blends the source rows of one output row; `target` gets `source.width * 3` bytes.
    static func vertical(
        _ source: PixelView, kernel: ResamplingKernel, output: Int, into target: UnsafeMutableRawPointer
    ) {
        let count = source.width * PixelBuffer.channels
        let taps = kernel.counts[output]
        let base = unsafe source.base + kernel.firsts[output] * source.rowBytes
        if taps == 1 {
            unsafe target.copyMemory(from: base, byteCount: count)
            return
        }
        unsafe kernel.weights.withUnsafeBufferPointer { weights in
            let own = unsafe UnsafeBufferPointer(rebasing: weights[(output * kernel.stride)...])
            var offset = 0
            while offset + lanes <= count {
                unsafe block(base + offset, source.rowBytes, own, taps, into: target + offset)
                offset += lanes
            }
            if offset == count { return }
            if count >= lanes {
                // The last block overlaps the one before it.
                unsafe block(base + (count - lanes), source.rowBytes, own, taps, into: target + (count - lanes))
                return
            }
            for offset in 0..<count { unsafe single(base + offset, source.rowBytes, own, taps, into: target + offset) }
        }
    }

    /// Blends the pixels of one row, which has `overhang` readable bytes after it.
    static func horizontal(
        _ source: UnsafeMutableRawPointer, kernel: ResamplingKernel, into target: UnsafeMutableRawPointer
    ) {
        unsafe kernel.weights.withUnsafeBufferPointer { weights in
            for output in 0..<kernel.firsts.count {
                var sum = SIMD4<Int32>(repeating: half)
                let base = unsafe source + kernel.firsts[output] * PixelBuffer.channels
                let own = output * kernel.stride
                for tap in 0..<kernel.counts[output] {
                    let pixel = unsafe base.loadUnaligned(
                        fromByteOffset: tap * PixelBuffer.channels, as: SIMD4<UInt8>.self)
                    let weight = unsafe SIMD4<Int32>(repeating: Int32(weights[own + tap]))
                    sum &+= SIMD4<Int32>(truncatingIfNeeded: pixel) &* weight
                }
                let pixel = SIMD4<UInt8>(truncatingIfNeeded: sum &>> ResamplingKernel.bits)
                let place = unsafe target + output * PixelBuffer.channels
                unsafe place.storeBytes(of: pixel.x, as: UInt8.self)
                unsafe place.storeBytes(of: pixel.y, toByteOffset: 1, as: UInt8.self)
                unsafe place.storeBytes(of: pixel.z, toByteOffset: 2, as: UInt8.self)
            }
        }
    }

    @inline(__always)
    private static func block(
        _ base: UnsafeRawPointer, _ rowBytes: Int, _ weights: UnsafeBufferPointer<Int16>, _ taps: Int,
        into target: UnsafeMutableRawPointer
    ) {
        var sum = SIMD16<Int32>(repeating: half)
        for tap in 0..<taps {
            let pixels = unsafe base.loadUnaligned(fromByteOffset: tap * rowBytes, as: SIMD16<UInt8>.self)
            unsafe sum &+= SIMD16<Int32>(truncatingIfNeeded: pixels) &* SIMD16<Int32>(repeating: Int32(weights[tap]))
        }
        let result = SIMD16<UInt8>(truncatingIfNeeded: sum &>> ResamplingKernel.bits)
        unsafe target.storeBytes(of: result, as: SIMD16<UInt8>.self)
    }

    private static func single(
        _ base: UnsafeRawPointer, _ rowBytes: Int, _ weights: UnsafeBufferPointer<Int16>, _ taps: Int,
        into target: UnsafeMutableRawPointer
    ) {
        var sum = half
        for tap in 0..<taps {
            unsafe sum += Int32(base.load(fromByteOffset: tap * rowBytes, as: UInt8.self)) * Int32(weights[tap])
        }
        unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: sum >> ResamplingKernel.bits), as: UInt8.self)
    }
}
