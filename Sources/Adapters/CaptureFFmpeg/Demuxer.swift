import CFFmpeg
import Domain

/// Owns one open libav input and reads the packets of its first video stream.
@safe final class Demuxer {
    // Used by one thread at a time: the session's reader.
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private let deadline: InterruptDeadline
    private let watch: InterruptWatch
    /// What libav says of this input in its log only.
    let report = LogReport()
    private let packet: UnsafeMutablePointer<AVPacket>
    private var streamIndex: Int32 = 0

    /// Connects and reads the stream's description; decodes nothing.
    /// - Throws: `LibAVError`, `CameraRedirect`, or `CameraFailure` if there is no video.
    init(address: String, options: [String: String], deadline: InterruptDeadline, isLive: Bool) throws {
        guard let context = unsafe avformat_alloc_context(), let packet = unsafe av_packet_alloc() else {
            throw LibAVError.posix(ENOMEM)
        }
        self.deadline = deadline
        watch = InterruptWatch(deadline)
        unsafe self.packet = unsafe packet
        unsafe context.pointee.interrupt_callback = watch.callback
        unsafe context.pointee.opaque = report.opaque
        // Live packets come as the network brings them: the session puts them together, cheaper than libav's parsers.
        if isLive {
            unsafe context.pointee.flags |= AVFMT_FLAG_NOBUFFER | AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN
        }
        unsafe self.context = unsafe context
        try open(address, options)
        try selectVideo()
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
        unsafe av_packet_free(&packet)
        // For RTSP this sends TEARDOWN; the camera gets a moment to take it.
        deadline.allowFarewell(seconds: 1)
        unsafe avformat_close_input(&context)
    }

    private func open(_ address: String, _ options: [String: String]) throws {
        var dictionary: OpaquePointer?
        for (key, value) in options { unsafe av_dict_set(&dictionary, key, value, 0) }
        defer { unsafe av_dict_free(&dictionary) }
        if let context = unsafe context { unsafe watch.watch(context, openedAs: address) }
        // On failure libav frees the context and clears the pointer.
        let result = unsafe avformat_open_input(&context, address, nil, &dictionary)
        watch.stopWatching()
        if let target = watch.redirectTarget { throw CameraRedirect(target: target) }
        if result < 0, let failure = report.rtspFailure { throw failure }
        // libav reports what it made of half an answer, not that time ran out.
        if result < 0, deadline.shouldStop { throw LibAVError.interrupted }
        try LibAVError.check(result)
    }

    private func selectVideo() throws {
        guard let context = unsafe context else { return }
        var video: Int32?
        for index in 0..<Int(unsafe context.pointee.nb_streams) {
            guard let stream = unsafe context.pointee.streams[index] else { continue }
            if video == nil, unsafe stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO {
                video = Int32(index)
            } else {
                unsafe stream.pointee.discard = AVDISCARD_ALL
            }
        }
        guard let video else {
            throw CameraFailure(.noVideo, "The camera sends no video at this address. Check the path in the address.")
        }
        streamIndex = video
    }

    /// Seconds that one tick of a packet's timestamp lasts.
    var timeBase: Double { unsafe stream.map { unsafe av_q2d($0.pointee.time_base) } ?? 0 }

    /// Frames a second as announced, if it is.
    var frameRate: Double? {
        let rate = unsafe stream.map { unsafe av_q2d($0.pointee.avg_frame_rate) } ?? 0
        return rate.isFinite && rate > 0 ? rate : nil
    }

    /// A copy of what is known of the stream without looking into its packets.
    func codecParameters() throws -> CodecParameters {
        guard let stream = unsafe stream else { throw LibAVError.invalidData }
        return try unsafe CodecParameters(copying: stream.pointee.codecpar)
    }

    private var stream: UnsafeMutablePointer<AVStream>? {
        unsafe context.flatMap { unsafe $0.pointee.streams[Int(streamIndex)] }
    }

    /// Waits for the next packet of the video stream and shows it to `body`; the bytes must not escape.
    /// - Throws: `LibAVError`, `.endOfFile` at the end.
    func read<Result>(_ body: (DemuxedPacket) throws -> Result) throws -> Result {
        while true {
            try LibAVError.check(unsafe av_read_frame(context, packet))
            defer { unsafe av_packet_unref(packet) }
            guard unsafe packet.pointee.stream_index == streamIndex else { continue }
            return try body(unsafe DemuxedPacket(packet.pointee))
        }
    }
}

/// A packet as the demuxer gives it: for RTP a fragment of an access unit, otherwise a whole one.
@safe struct DemuxedPacket {
    let bytes: UnsafeRawBufferPointer
    /// In ticks of the stream's time base; nil if unknown.
    let timestamp: Int64?
    let isKey: Bool
    let isCorrupt: Bool

    init(_ packet: AVPacket) {
        unsafe bytes = UnsafeRawBufferPointer(start: packet.data, count: Int(max(0, packet.size)))
        let time = unsafe packet.pts == .min ? packet.dts : packet.pts
        timestamp = time == .min ? nil : time
        isKey = unsafe packet.flags & AV_PKT_FLAG_KEY != 0
        isCorrupt = unsafe packet.flags & AV_PKT_FLAG_CORRUPT != 0
    }
}
