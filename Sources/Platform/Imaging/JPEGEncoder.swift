import CTurboJPEG
package import Foundation

/// Writes YUV pictures as JPEG straight from their planes, without a detour over RGB.
package struct JPEGEncoder: Sendable {
    package static let qualityRange = 1...100
    /// JPEG stores sizes in 16 bits (ITU-T T.81, B.2.2).
    package static let maximumSide = 65_535

    /// As libjpeg scales it; 85 keeps small faces clean at a moderate size.
    package let quality: Int

    /// - Precondition: `quality` is in `qualityRange`.
    package init(quality: Int = 85) {
        precondition(Self.qualityRange.contains(quality), "JPEG quality is 1...100")
        self.quality = quality
    }

    /// Blocks for milliseconds: call it off the cooperative pool.
    /// - Throws: `JPEGEncoderError`.
    package func encode(_ image: YUVImage) throws -> Data {
        let sides = 1...Self.maximumSide
        guard sides.contains(image.width), sides.contains(image.height) else {
            throw JPEGEncoderError(message: "a picture of \(image.width)x\(image.height) does not fit into a JPEG")
        }
        if image.isFullRange && image.fitsSubsampling { return try compress(image) }
        return try compress(FullRange.copy(of: image))
    }

    private func compress(_ image: YUVImage) throws -> Data {
        guard let handle = unsafe tjInitCompress() else { throw JPEGEncoderError(message: "no memory for an encoder") }
        defer { unsafe tjDestroy(handle) }
        return try image.withPlanes { planes in
            var bytes: [UnsafePointer<UInt8>?] = unsafe planes.map { unsafe $0.bytes }
            let strides = planes.map { Int32($0.stride) }
            var output: UnsafeMutablePointer<UInt8>?
            var size: UInt = 0
            let status = unsafe tjCompressFromYUVPlanes(
                handle, &bytes, Int32(image.width), strides, Int32(image.height), image.subsampling.turboJPEG,
                &output, &size, Int32(quality), 0)
            guard status == 0, let output = unsafe output else {
                unsafe tjFree(output)
                throw JPEGEncoderError(message: unsafe String(cString: tjGetErrorStr2(handle)))
            }
            return unsafe Data(
                bytesNoCopy: output, count: Int(size),
                deallocator: .custom { memory, _ in unsafe tjFree(memory.assumingMemoryBound(to: UInt8.self)) })
        }
    }
}

package struct JPEGEncoderError: Error, Hashable, CustomStringConvertible {
    package let message: String

    package var description: String { "the picture cannot be written as JPEG: \(message)" }
}

extension YUVImage.Subsampling {
    var turboJPEG: Int32 {
        switch self {
        case .yuv420: Int32(TJSAMP_420.rawValue)
        case .yuv422: Int32(TJSAMP_422.rawValue)
        case .yuv444: Int32(TJSAMP_444.rawValue)
        case .gray: Int32(TJSAMP_GRAY.rawValue)
        }
    }

    /// Luma columns and rows that share one chroma sample.
    var step: (columns: Int, rows: Int) {
        switch self {
        case .yuv420: (2, 2)
        case .yuv422: (2, 1)
        case .yuv444, .gray: (1, 1)
        }
    }
}

extension YUVImage {
    /// TurboJPEG reads luma up to whole chroma samples: an odd last column or row must exist in memory.
    var fitsSubsampling: Bool {
        width.isMultiple(of: subsampling.step.columns) && height.isMultiple(of: subsampling.step.rows)
    }
}
