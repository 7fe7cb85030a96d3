import CFFmpeg
import Domain
import Synchronization

/// What libav says about one context in its log and nowhere else: the status with which a camera refused, packets that
/// got lost, damage that the H.265 decoder covers up.
final class LogReport: Sendable {
    private let rtspStatus = Mutex<Int?>(nil)
    private let hasLoss = Atomic<Bool>(false)
    private let hasDamage = Atomic<Bool>(false)

    /// For the `opaque` field of the context, whose owner must keep this object as long as the context.
    var opaque: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

    /// The report that belongs to the context which logs, if it has one.
    static func of(_ context: UnsafeMutableRawPointer?) -> LogReport? {
        guard let context = unsafe context else { return nil }
        let kind = unsafe context.load(as: UnsafePointer<AVClass>?.self)
        var opaque: UnsafeMutableRawPointer?
        if unsafe kind == avformat_get_class() {
            unsafe opaque = unsafe context.assumingMemoryBound(to: AVFormatContext.self).pointee.opaque
        } else if unsafe kind == avcodec_get_class() {
            unsafe opaque = unsafe context.assumingMemoryBound(to: AVCodecContext.self).pointee.opaque
        }
        return unsafe opaque.map { unsafe Unmanaged<LogReport>.fromOpaque($0).takeUnretainedValue() }
    }

    func note(_ line: String, isError: Bool) {
        if let match = line.firstMatch(of: #/method \w+ failed: (\d{3})/#) {
            rtspStatus.withLock { $0 = Int(match.1) }
        } else if line.contains("RTP: missed") || line.contains("bad cseq") {
            hasLoss.store(true, ordering: .relaxed)
        } else if isError && !line.contains("SEI") && !line.contains("VUI") {
            // Broken messages beside the picture are common and do it no harm.
            hasDamage.store(true, ordering: .relaxed)
        }
    }

    /// Whether RTP packets got lost since the last call.
    func takeLoss() -> Bool { hasLoss.exchange(false, ordering: .relaxed) }

    /// Whether an error was logged.
    var isDamaged: Bool { hasDamage.load(ordering: .relaxed) }

    /// What the camera's refusal means (RFC 2326, section 11), where libav's own error says less.
    var rtspFailure: CameraFailure? {
        switch rtspStatus.withLock({ $0 }) {
        case 453: CameraFailure(.busy, "The camera serves as many viewers as it can. End other sessions to it.")
        case 454: CameraFailure(.connectionLost, "The camera does not know the session any more.")
        case 461: CameraFailure(.refused, "The camera does not offer this transport. Try the other one, TCP or UDP.")
        case 503: CameraFailure(.busy, "The camera is too busy at the moment.")
        default: nil
        }
    }
}
