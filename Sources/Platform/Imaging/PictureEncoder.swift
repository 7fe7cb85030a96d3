import CPNG
import CTurboJPEG
package import Foundation

/// Writes pictures as JPEG and PNG.
package enum PictureEncoder {
    /// - Parameter quality: 1...100, as in libjpeg.
    /// - Throws: `PictureError` with `.notEncoded`.
    package static func jpeg(_ picture: PixelBuffer, quality: Int = 90) throws(PictureError) -> Data {
        try TurboJPEGCompressor().compress(picture, quality: min(max(quality, 1), 100))
    }

    /// - Throws: `PictureError` with `.notEncoded`.
    package static func png(_ picture: PixelBuffer) throws(PictureError) -> Data {
        var image = unsafe png_image()
        unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
        unsafe image.width = png_uint_32(picture.width)
        unsafe image.height = png_uint_32(picture.height)
        unsafe image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        defer { unsafe png_image_free(&image) }
        // Twice the pixels is more than deflate's worst case and the chunks around it (zlib's deflateBound).
        var data = Data(count: picture.byteCount * 2 + 4096)
        var size = data.count
        let code = unsafe data.withUnsafeMutableBytes { memory in
            unsafe picture.withBytes { pixels in
                unsafe png_image_write_to_memory(
                    &image, memory.baseAddress, &size, 0, pixels.baseAddress, png_int_32(picture.bytesPerRow), nil)
            }
        }
        guard code != 0 else { throw PictureError(.notEncoded, "the picture could not be written as PNG") }
        return data.prefix(size)
    }
}

/// Owns one compressor of libjpeg-turbo.
@safe private final class TurboJPEGCompressor {
    private let handle: tjhandle

    init() throws(PictureError) {
        guard let handle = unsafe tjInitCompress() else {
            throw PictureError(.notEncoded, "the JPEG encoder could not be made: out of memory")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe tjDestroy(handle) }

    func compress(_ picture: PixelBuffer, quality: Int) throws(PictureError) -> Data {
        let subsampling = CInt(TJSAMP_420.rawValue)
        let capacity = tjBufSize(CInt(picture.width), CInt(picture.height), subsampling)
        var data = Data(count: Int(capacity))
        var size = capacity
        let code = unsafe data.withUnsafeMutableBytes { memory in
            unsafe picture.withBytes { pixels in
                var target = unsafe memory.bindMemory(to: UInt8.self).baseAddress
                return unsafe tjCompress2(
                    handle, pixels.baseAddress, CInt(picture.width), CInt(picture.bytesPerRow),
                    CInt(picture.height), CInt(TJPF_RGB.rawValue), &target, &size, subsampling, CInt(quality),
                    TJFLAG_NOREALLOC)
            }
        }
        guard code == 0 else {
            let reason = unsafe String(cString: tjGetErrorStr2(handle))
            throw PictureError(.notEncoded, "the picture could not be written as JPEG: \(reason)")
        }
        return data.prefix(Int(size))
    }
}
