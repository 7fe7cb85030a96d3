/// What is refused before memory is taken for it.
package struct PictureLimits: Hashable, Sendable {
    /// Of the encoded file.
    package var bytes: Int
    package var pixels: Int
    /// Of each side, in pixels.
    package var side: Int

    package init(bytes: Int = 32 << 20, pixels: Int = 64_000_000, side: Int = 16_384) {
        self.bytes = bytes
        self.pixels = pixels
        self.side = side
    }

    func check(byteCount: Int) throws(PictureError) {
        if byteCount == 0 { throw PictureError(.empty, "the picture has no bytes") }
        if byteCount > bytes {
            throw PictureError(.tooManyBytes, "the picture has \(byteCount) bytes, more than the limit of \(bytes)")
        }
    }

    /// - Parameters: as the header says, in pixels.
    func check(width: Int, height: Int) throws(PictureError) {
        guard width > 0, height > 0 else {
            throw PictureError(.corrupt, "the picture's header says \(width)x\(height) pixels")
        }
        if width > side || height > side {
            throw PictureError(
                .tooManyPixels, "the picture is \(width)x\(height), a side is longer than the limit of \(side) pixels")
        }
        if width * height > pixels {
            throw PictureError(
                .tooManyPixels, "the picture is \(width)x\(height), more than the limit of \(pixels) pixels")
        }
    }
}
