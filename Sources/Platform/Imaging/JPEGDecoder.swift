import CTurboJPEG
import Foundation

/// JPEG to pixels by libjpeg-turbo.
struct JPEGDecoder {
    let limits: PictureLimits

    func size(of data: Data) throws(PictureError) -> PictureSize {
        let header = try TurboJPEGDecompressor().header(of: data, limits: limits)
        let size = PictureSize(width: header.width, height: header.height)
        return EXIFOrientation(ofJPEG: data).applied(to: size)
    }

    func decode(_ data: Data, shortestUseful: Int?) throws(PictureError) -> PixelBuffer {
        let decompressor = try TurboJPEGDecompressor()
        let header = try decompressor.header(of: data, limits: limits)
        let divisor = Self.divisor(longestSide: max(header.width, header.height), shortestUseful: shortestUseful)
        let picture = try decompressor.decompress(data, header: header, divisor: divisor)
        return EXIFOrientation(ofJPEG: data).applied(to: picture)
    }

    /// The largest of 1, 2, 4, 8 that leaves the longer side at least `shortestUseful` pixels.
    static func divisor(longestSide: Int, shortestUseful: Int?) -> Int {
        guard let shortestUseful, shortestUseful > 0 else { return 1 }
        return [8, 4, 2].first { longestSide / $0 >= shortestUseful } ?? 1
    }
}

struct JPEGHeader {
    let width: Int
    let height: Int
}

/// Owns one decompressor of libjpeg-turbo.
@safe final class TurboJPEGDecompressor {
    private let handle: tjhandle

    init() throws(PictureError) {
        guard let handle = unsafe tjInitDecompress() else {
            throw PictureError(.unreadable, "the JPEG decoder could not be made: out of memory")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe tjDestroy(handle) }

    func header(of data: Data, limits: PictureLimits) throws(PictureError) -> JPEGHeader {
        var width: CInt = 0
        var height: CInt = 0
        var subsampling: CInt = 0
        var colorspace: CInt = 0
        let code = unsafe data.withUnsafeBytes { bytes in
            unsafe tjDecompressHeader3(
                handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), &width, &height, &subsampling,
                &colorspace)
        }
        // Sizes first: a broken header of a huge picture is told as too large, whatever else is wrong with it.
        if width > 0, height > 0 { try limits.check(width: Int(width), height: Int(height)) }
        try check(code, data)
        guard width > 0, height > 0 else {
            throw PictureError(.truncated, "the JPEG ends before its picture begins")
        }
        if colorspace == CInt(TJCS_CMYK.rawValue) || colorspace == CInt(TJCS_YCCK.rawValue) {
            throw PictureError(.unsupported, "the JPEG is in CMYK (print) colours: convert it to RGB")
        }
        return JPEGHeader(width: Int(width), height: Int(height))
    }

    func decompress(_ data: Data, header: JPEGHeader, divisor: Int) throws(PictureError) -> PixelBuffer {
        // As TJSCALED in turbojpeg.h rounds.
        let width = (header.width + divisor - 1) / divisor
        let height = (header.height + divisor - 1) / divisor
        var code: CInt = 0
        let picture = unsafe PixelBuffer(width: width, height: height) { pixels in
            code = unsafe data.withUnsafeBytes { bytes in
                unsafe tjDecompress2(
                    handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), pixels.baseAddress,
                    CInt(width), CInt(width * PixelBuffer.channels), CInt(height), CInt(TJPF_RGB.rawValue),
                    TJFLAG_LIMITSCANS)
            }
        }
        try check(code, data)
        return picture
    }

    /// The one place where a return code of TurboJPEG becomes an error. Warnings are errors when they mean missing pixels.
    private func check(_ code: CInt, _ data: Data) throws(PictureError) {
        guard code != 0 else { return }
        let message = unsafe String(cString: tjGetErrorStr2(handle))
        let isWarning = unsafe tjGetErrorCode(handle) == CInt(TJERR_WARNING.rawValue)
        if isWarning, Self.isHarmless(message), JPEGMarkers.endsAfterLastScan(data) { return }
        if message.contains("remature end") {
            throw PictureError(.truncated, "the JPEG ends early: pixels are missing")
        }
        if message.contains("Maximum supported image dimension") {
            throw PictureError(.tooManyPixels, "the JPEG is larger than any decoder takes: \(message)")
        }
        if message.contains("Unsupported") || message.contains("not supported") {
            throw PictureError(.unsupported, "this kind of JPEG is not read: \(message)")
        }
        throw PictureError(.corrupt, "the JPEG is damaged: \(message)")
    }

    /// libjpeg keeps the first warning only; of these it is known that every pixel was there (jerror.h).
    private static func isHarmless(_ warning: String) -> Bool {
        warning.contains("extraneous bytes before marker") || warning.contains("Unknown Adobe color transform code")
            || warning.contains("Invalid SOS parameters") || warning.contains("Warning: unknown JFIF revision")
    }
}
