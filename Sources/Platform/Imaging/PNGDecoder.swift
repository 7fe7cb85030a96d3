import CPNG
import Foundation

/// PNG to pixels by libpng's simplified API. 16-bit, palette, grey and interlaced pictures become 8-bit RGB; what is
/// transparent shows white.
struct PNGDecoder {
    let limits: PictureLimits

    func size(of data: Data) throws(PictureError) -> PictureSize {
        try read(data) { (reader) throws(PictureError) in try reader.size(limits: limits) }
    }

    func decode(_ data: Data) throws(PictureError) -> PixelBuffer {
        try read(data) { (reader) throws(PictureError) in
            let size = try reader.size(limits: limits)
            return try reader.pixels(width: size.width, height: size.height)
        }
    }

    private func read<Result>(
        _ data: Data, _ body: (PNGReader) throws(PictureError) -> Result
    ) throws(PictureError) -> Result {
        // libpng keeps the address of the bytes between the two steps.
        let result: Swift.Result<Result, PictureError> = unsafe data.withUnsafeBytes { bytes in
            do throws(PictureError) { return unsafe .success(try body(try PNGReader(unsafe bytes))) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// Owns one `png_image` that reads from memory which outlives it.
@safe private final class PNGReader {
    private let image: UnsafeMutablePointer<png_image>

    init(_ bytes: UnsafeRawBufferPointer) throws(PictureError) {
        unsafe image = .allocate(capacity: 1)
        unsafe image.initialize(to: png_image())
        unsafe image.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
        unsafe png_image_begin_read_from_memory(image, bytes.baseAddress, bytes.count)
        try check()
    }

    deinit {
        unsafe png_image_free(image)
        unsafe image.deallocate()
    }

    func size(limits: PictureLimits) throws(PictureError) -> PictureSize {
        let size = unsafe PictureSize(width: Int(image.pointee.width), height: Int(image.pointee.height))
        try limits.check(width: size.width, height: size.height)
        return size
    }

    func pixels(width: Int, height: Int) throws(PictureError) -> PixelBuffer {
        unsafe image.pointee.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        // Without it libpng takes 16-bit pictures that do not name their gamma for linear light.
        unsafe image.pointee.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
        var white = png_color(red: 255, green: 255, blue: 255)
        let picture = unsafe PixelBuffer(width: width, height: height) { pixels in
            unsafe png_image_finish_read(
                image, &white, pixels.baseAddress, png_int_32(width * PixelBuffer.channels), nil)
        }
        try check()
        return picture
    }

    /// The one place where a result of libpng becomes an error. Warnings mean ancillary data only.
    private func check() throws(PictureError) {
        let isError = unsafe image.pointee.warning_or_error & png_uint_32(PNG_IMAGE_ERROR) != 0
        guard isError else { return }
        let message = unsafe withUnsafeBytes(of: &image.pointee.message) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let endsEarly =
            message.contains("truncated") || message.contains("read beyond end of data")
            || message.contains("Not enough image data")
        if endsEarly { throw PictureError(.truncated, "the PNG ends early: pixels are missing") }
        throw PictureError(.corrupt, "the PNG is damaged: \(message)")
    }
}
