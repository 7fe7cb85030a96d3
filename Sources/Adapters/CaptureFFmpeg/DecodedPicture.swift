import CFFmpeg
import Imaging

/// A decoded frame as an image: without a copy where the planes are 8-bit YUV already.
struct DecodedPicture {
    let frame: DecodedFrame

    func image() throws -> YUVImage {
        if let image = directImage() { return image }
        return try DecodedPicture(frame: converted()).directImage() ?? { throw LibAVError.invalidData }()
    }

    private func directImage() -> YUVImage? {
        let format = unsafe AVPixelFormat(frame.pointer.pointee.format)
        guard let (subsampling, isJPEG) = Self.layout(of: format) else { return nil }
        let width = unsafe Int(frame.pointer.pointee.width)
        let height = unsafe Int(frame.pointer.pointee.height)
        let isFullRange = unsafe isJPEG || frame.pointer.pointee.color_range == AVCOL_RANGE_JPEG
        let count = subsampling == .gray ? 1 : 3
        let data = unsafe [frame.pointer.pointee.data.0, frame.pointer.pointee.data.1, frame.pointer.pointee.data.2]
        let strides = unsafe [
            frame.pointer.pointee.linesize.0, frame.pointer.pointee.linesize.1, frame.pointer.pointee.linesize.2,
        ]
        var planes: [YUVImage.Plane] = []
        for index in 0..<count {
            guard let bytes = unsafe data[index], strides[index] > 0 else { return nil }
            let step = index == 0 ? (columns: 1, rows: 1) : Self.chromaStep(subsampling)
            planes.append(
                unsafe YUVImage.Plane(
                    bytes: bytes, stride: Int(strides[index]), width: (width + step.columns - 1) / step.columns,
                    height: (height + step.rows - 1) / step.rows))
        }
        return YUVImage(
            width: width, height: height, subsampling: subsampling, isFullRange: isFullRange, planes: planes,
            owner: frame)
    }

    /// The formats that JPEG can hold as they are, and whether their name says full range.
    private static func layout(of format: AVPixelFormat) -> (YUVImage.Subsampling, isJPEG: Bool)? {
        switch format {
        case AV_PIX_FMT_YUV420P: (.yuv420, false)
        case AV_PIX_FMT_YUVJ420P: (.yuv420, true)
        case AV_PIX_FMT_YUV422P: (.yuv422, false)
        case AV_PIX_FMT_YUVJ422P: (.yuv422, true)
        case AV_PIX_FMT_YUV444P: (.yuv444, false)
        case AV_PIX_FMT_YUVJ444P: (.yuv444, true)
        case AV_PIX_FMT_GRAY8: (.gray, true)
        default: nil
        }
    }

    private static func chromaStep(_ subsampling: YUVImage.Subsampling) -> (columns: Int, rows: Int) {
        switch subsampling {
        case .yuv420: (2, 2)
        case .yuv422: (2, 1)
        case .yuv444, .gray: (1, 1)
        }
    }

    /// The same picture as 8-bit 4:2:0, for 10-bit cameras and RGB stills.
    private func converted() throws -> DecodedFrame {
        let target = try DecodedFrame()
        unsafe target.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        unsafe target.pointer.pointee.width = frame.pointer.pointee.width
        unsafe target.pointer.pointee.height = frame.pointer.pointee.height
        try LibAVError.check(unsafe av_frame_get_buffer(target.pointer, 0))
        let source = unsafe frame.pointer.pointee
        let scaler = unsafe sws_getContext(
            source.width, source.height, AVPixelFormat(source.format), source.width, source.height,
            AV_PIX_FMT_YUV420P, SWS_BILINEAR, nil, nil, nil)
        guard let scaler = unsafe scaler else { throw LibAVError.invalidData }
        defer { unsafe sws_freeContext(scaler) }
        try LibAVError.check(unsafe sws_scale_frame(scaler, target.pointer, frame.pointer))
        return target
    }
}
