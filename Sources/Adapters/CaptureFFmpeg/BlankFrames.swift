import CFFmpeg
import Glibc

/// Makes a decoder write into zeroed memory, so that what it never wrote can be told: Y, U and V all zero is no colour that
/// a camera can send.
enum BlankFrames {
    static func use(in context: UnsafeMutablePointer<AVCodecContext>) {
        unsafe context.pointee.get_buffer2 = { context, frame, flags in
            let result = unsafe avcodec_default_get_buffer2(context, frame, flags)
            guard result >= 0, let frame = unsafe frame else { return result }
            unsafe BlankFrames.clear(frame.pointee.buf.0)
            unsafe BlankFrames.clear(frame.pointee.buf.1)
            unsafe BlankFrames.clear(frame.pointee.buf.2)
            return result
        }
    }

    private static func clear(_ buffer: UnsafeMutablePointer<AVBufferRef>?) {
        guard let buffer = unsafe buffer else { return }
        unsafe memset(buffer.pointee.data, 0, buffer.pointee.size)
    }

    /// The smallest block that H.265 codes a picture in (ITU-T H.265, 7.4.3.2.1).
    private static let block = 16
    /// One blank block may be chance.
    private static let tolerated = 1

    /// Whether blocks of an 8-bit 4:2:0 frame were never written. False for other formats, which are not looked at.
    static func isVisible(in frame: DecodedFrame) -> Bool {
        let format = unsafe AVPixelFormat(frame.pointer.pointee.format)
        guard format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P,
            let luma = unsafe frame.pointer.pointee.data.0, let u = unsafe frame.pointer.pointee.data.1,
            let v = unsafe frame.pointer.pointee.data.2
        else { return false }
        let strides = unsafe (frame.pointer.pointee.linesize.0, frame.pointer.pointee.linesize.1)
        var blank = 0
        for y in stride(from: block / 2, to: unsafe Int(frame.pointer.pointee.height), by: block) {
            for x in stride(from: block / 2, to: unsafe Int(frame.pointer.pointee.width), by: block) {
                let chroma = y / 2 * Int(strides.1) + x / 2
                let isBlank = unsafe luma[y * Int(strides.0) + x] == 0 && u[chroma] == 0 && v[chroma] == 0
                if isBlank { blank += 1 }
            }
        }
        return blank > tolerated
    }
}
