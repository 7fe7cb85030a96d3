import CFFmpeg
import Domain
import Imaging

/// Decodes single pictures. Lives for one request only: what a decoder keeps costs more memory than a camera may have.
@safe struct VideoDecoder: Sendable {
    let parameters: CodecParameters
    let maximumPixels: Int

    /// Decodes the last of `units`, which begin with a key frame. Blocks: call it off the cooperative pool.
    /// - Throws: `CameraFailure`: `.corrupt` if any unit on the way to the last one is damaged, `.pictureTooLarge`.
    func decode(_ units: ArraySlice<AccessUnit>) throws -> DecodedPicture {
        guard let codec = parameters.codec, let first = units.first else {
            throw LibAVError.invalidData.cameraFailure(while: .decoding)
        }
        try checkSize(of: first, codec)
        do {
            let context = try CodecContext(parameters, maximumPixels: maximumPixels)
            for unit in units.dropLast() { try context.send(unit, isNeeded: false) }
            if let last = units.last { try context.send(last, isNeeded: true) }
            return DecodedPicture(frame: try context.finish())
        } catch let error as LibAVError {
            throw error.cameraFailure(while: .decoding)
        }
    }

    /// Reads the size from the parameter sets, so that a picture that is too large takes no memory.
    private func checkSize(of unit: AccessUnit, _ codec: VideoCodec) throws {
        guard let size = try? pictureSize(of: unit) else { return }
        guard size.width <= maximumPixels, size.height <= maximumPixels, size.width * size.height <= maximumPixels
        else {
            throw CameraFailure(
                .pictureTooLarge,
                "The camera's pictures of \(size.width)x\(size.height) are too large. Choose a smaller resolution.")
        }
    }

    /// Pixels as the parameter sets tell, nil if they do not.
    func pictureSize(of unit: AccessUnit) throws -> (width: Int, height: Int)? {
        let context = try CodecContext(describing: parameters)
        return context.parsedSize(of: unit)
    }
}

/// Owns a libav codec context.
@safe private final class CodecContext {
    private var context: UnsafeMutablePointer<AVCodecContext>?
    private var newest: DecodedFrame?
    private var isDamaged = false
    private let report = LogReport()

    init(describing parameters: CodecParameters) throws {
        unsafe context = avcodec_alloc_context3(nil)
        guard let context = unsafe context else { throw LibAVError.posix(ENOMEM) }
        _ = try unsafe parameters.withPointer { parameters in
            try LibAVError.check(unsafe avcodec_parameters_to_context(context, parameters))
        }
    }

    convenience init(_ parameters: CodecParameters, maximumPixels: Int) throws {
        try self.init(describing: parameters)
        guard let context = unsafe context, let decoder = unsafe avcodec_find_decoder(context.pointee.codec_id) else {
            throw LibAVError(code: maskwatch_AVERROR_DECODER_NOT_FOUND)
        }
        unsafe context.pointee.thread_count = 1
        unsafe context.pointee.thread_type = FF_THREAD_SLICE
        unsafe context.pointee.max_pixels = Int64(maximumPixels)
        unsafe context.pointee.err_recognition = AV_EF_EXPLODE
        unsafe context.pointee.opaque = report.opaque
        if coversDamageUp { unsafe BlankFrames.use(in: context) }
        try LibAVError.check(unsafe avcodec_open2(context, decoder, nil))
    }

    deinit { unsafe avcodec_free_context(&context) }

    /// The H.265 decoder marks no frame as damaged: its log and what it left blank have to tell.
    private var coversDamageUp: Bool { unsafe context.map { unsafe $0.pointee.codec_id == AV_CODEC_ID_HEVC } ?? false }

    /// - Parameter isNeeded: false lets the decoder leave out what no later picture refers to.
    func send(_ unit: AccessUnit, isNeeded: Bool) throws {
        guard let context = unsafe context, let packet = unsafe av_packet_alloc() else {
            throw LibAVError.posix(ENOMEM)
        }
        var owned: UnsafeMutablePointer<AVPacket>? = unsafe packet
        defer { unsafe av_packet_free(&owned) }
        try LibAVError.check(unsafe av_new_packet(packet, Int32(unit.bytes.count)))
        unsafe unit.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe UnsafeMutableRawPointer(packet.pointee.data).copyMemory(from: base, byteCount: bytes.count)
        }
        unsafe packet.pointee.pts = unit.timestamp ?? .min
        if unit.isKey { unsafe packet.pointee.flags |= AV_PKT_FLAG_KEY }
        unsafe context.pointee.skip_frame = isNeeded ? AVDISCARD_DEFAULT : AVDISCARD_NONREF
        try LibAVError.check(unsafe avcodec_send_packet(context, packet))
        try receive()
    }

    /// Takes out what the decoder still holds back, and gives the last picture.
    func finish() throws -> DecodedFrame {
        try LibAVError.check(unsafe avcodec_send_packet(context, nil))
        try receive()
        guard let newest, !isDamaged, !(coversDamageUp && report.isDamaged) else { throw LibAVError.invalidData }
        return newest
    }

    private func receive() throws {
        while true {
            let frame = try DecodedFrame()
            let result = unsafe avcodec_receive_frame(context, frame.pointer)
            if result == LibAVError.again.code || result == LibAVError.endOfFile.code { return }
            try LibAVError.check(result)
            let flags = unsafe frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT
            let errors = unsafe frame.pointer.pointee.decode_error_flags
            isDamaged = isDamaged || flags != 0 || errors != 0 || (coversDamageUp && BlankFrames.isVisible(in: frame))
            newest = frame
        }
    }

    func parsedSize(of unit: AccessUnit) -> (width: Int, height: Int)? {
        guard let context = unsafe context, let parser = unsafe av_parser_init(Int32(context.pointee.codec_id.rawValue))
        else { return nil }
        defer { unsafe av_parser_close(parser) }
        unsafe parser.pointee.flags |= PARSER_FLAG_COMPLETE_FRAMES
        let padded = unit.bytes + [UInt8](repeating: 0, count: Int(AV_INPUT_BUFFER_PADDING_SIZE))
        var output: UnsafeMutablePointer<UInt8>?
        var size: Int32 = 0
        unsafe padded.withUnsafeBufferPointer { bytes in
            _ = unsafe av_parser_parse2(
                parser, context, &output, &size, bytes.baseAddress, Int32(unit.bytes.count), .min, .min, 0)
        }
        let width = unsafe Int(parser.pointee.width)
        let height = unsafe Int(parser.pointee.height)
        return width > 0 && height > 0 ? (width, height) : nil
    }
}

/// Owns one decoded picture.
@safe final class DecodedFrame {
    let pointer: UnsafeMutablePointer<AVFrame>

    init() throws {
        guard let frame = unsafe av_frame_alloc() else { throw LibAVError.posix(ENOMEM) }
        unsafe pointer = unsafe frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = unsafe pointer
        unsafe av_frame_free(&frame)
    }
}
