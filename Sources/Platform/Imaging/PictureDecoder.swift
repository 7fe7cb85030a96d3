package import Foundation

/// Reads JPEG and PNG. Format by the first bytes, limits checked on the header before memory is taken, EXIF orientation
/// applied. Blocking: a megapixel takes some milliseconds.
package struct PictureDecoder: Sendable {
    package var limits: PictureLimits

    package init(limits: PictureLimits = PictureLimits()) {
        self.limits = limits
    }

    /// - Parameter shortestUseful: a JPEG may be decoded at a half, a quarter or an eighth of its size as long as its longer
    ///   side keeps at least so many pixels; nil decodes every pixel.
    /// - Throws: `PictureError`.
    package func decode(_ data: Data, shortestUseful: Int? = nil) throws(PictureError) -> PixelBuffer {
        try limits.check(byteCount: data.count)
        switch try PictureFormat(data) {
        case .jpeg: return try JPEGDecoder(limits: limits).decode(data, shortestUseful: shortestUseful)
        case .png: return try PNGDecoder(limits: limits).decode(data)
        }
    }

    /// Reads the header only.
    /// - Throws: `PictureError`.
    package func size(of data: Data) throws(PictureError) -> PictureSize {
        try limits.check(byteCount: data.count)
        switch try PictureFormat(data) {
        case .jpeg: return try JPEGDecoder(limits: limits).size(of: data)
        case .png: return try PNGDecoder(limits: limits).size(of: data)
        }
    }

    /// Reads the file, at most as many bytes as the limits allow.
    /// - Throws: `PictureError`.
    package func decode(contentsOf file: URL) throws(PictureError) -> PixelBuffer {
        try decode(read(file))
    }

    /// - Throws: `PictureError` with `.unreadable` or `.tooManyBytes`.
    package func read(_ file: URL) throws(PictureError) -> Data {
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            return try handle.read(upToCount: limits.bytes + 1) ?? Data()
        } catch {
            throw PictureError(.unreadable, "the file cannot be read: \(error.localizedDescription)")
        }
    }
}

package struct PictureSize: Hashable, Sendable {
    /// Pixels, as the picture is shown.
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

package enum PictureFormat: String, Sendable {
    case jpeg, png

    /// - Throws: `PictureError` with `.unknownFormat`, saying what it looks like instead.
    package init(_ data: Data) throws(PictureError) {
        let head = Array(data.prefix(16))
        if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else {
            throw PictureError(.unknownFormat, "\(Self.guess(head)): only JPEG and PNG are read")
        }
    }

    private static func guess(_ head: [UInt8]) -> String {
        let text = String(decoding: head, as: UTF8.self)
        if text.hasPrefix("GIF8") { return "the file is a GIF" }
        if text.hasPrefix("RIFF") { return "the file is a WebP or another RIFF file" }
        if text.hasPrefix("BM") { return "the file is a BMP" }
        if text.dropFirst(4).hasPrefix("ftyp") { return "the file is a HEIF, AVIF or video file" }
        let start = text.drop { $0.isWhitespace }
        if start.hasPrefix("<") { return "the file is HTML or XML, not a picture" }
        if start.hasPrefix("{") || start.hasPrefix("[") { return "the file is JSON, not a picture" }
        return "the file is no known picture format"
    }
}
