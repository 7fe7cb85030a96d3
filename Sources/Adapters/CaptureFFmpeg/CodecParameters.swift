import CFFmpeg
import Domain

/// Owns a copy of what the stream's description says of its codec. Never changes.
@safe final class CodecParameters: @unchecked Sendable {
    // Sendable because nothing writes to the parameters after `init`.
    private let parameters: UnsafeMutablePointer<AVCodecParameters>

    init(copying source: UnsafePointer<AVCodecParameters>) throws {
        guard let copy = unsafe avcodec_parameters_alloc() else { throw LibAVError.posix(ENOMEM) }
        unsafe parameters = unsafe copy
        try LibAVError.check(unsafe avcodec_parameters_copy(copy, source))
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVCodecParameters>? = unsafe parameters
        unsafe avcodec_parameters_free(&pointer)
    }

    var codec: VideoCodec? { VideoCodec(unsafe parameters.pointee.codec_id) }

    /// As FFmpeg names it, also for codecs that we do not decode.
    var codecName: String { unsafe String(cString: avcodec_get_name(parameters.pointee.codec_id)) }

    /// Pixels, 0x0 if the description does not say.
    var size: (width: Int, height: Int) {
        unsafe (Int(parameters.pointee.width), Int(parameters.pointee.height))
    }

    /// The pointer must not escape.
    func withPointer<Result>(_ body: (UnsafePointer<AVCodecParameters>) throws -> Result) rethrows -> Result {
        try unsafe body(parameters)
    }
}

/// The codecs that cameras use and that we decode.
enum VideoCodec: Sendable {
    case h264, hevc, mjpeg, mpeg4, png

    init?(_ id: AVCodecID) {
        switch id {
        case AV_CODEC_ID_H264: self = .h264
        case AV_CODEC_ID_HEVC: self = .hevc
        case AV_CODEC_ID_MJPEG: self = .mjpeg
        case AV_CODEC_ID_MPEG4: self = .mpeg4
        case AV_CODEC_ID_PNG: self = .png
        default: return nil
        }
    }
}
