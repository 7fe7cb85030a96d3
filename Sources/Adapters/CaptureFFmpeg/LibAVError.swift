import CFFmpeg
import Domain

/// What a libav function answered, if it was not success.
struct LibAVError: Error, Hashable, CustomStringConvertible {
    let code: Int32

    /// Passes a result of libav on, or throws it. The one place where such results are judged.
    @discardableResult
    static func check(_ result: Int32) throws(LibAVError) -> Int32 {
        guard result >= 0 else { throw LibAVError(code: result) }
        return result
    }

    static func posix(_ number: Int32) -> LibAVError { LibAVError(code: maskwatch_averror(number)) }

    static let endOfFile = LibAVError(code: maskwatch_AVERROR_EOF)
    /// The interrupt callback said stop: a deadline has passed or the session is being closed.
    static let interrupted = LibAVError(code: maskwatch_AVERROR_EXIT)
    static let invalidData = LibAVError(code: maskwatch_AVERROR_INVALIDDATA)
    static let again = posix(EAGAIN)
    static let decoderNotFound = maskwatch_AVERROR_DECODER_NOT_FOUND

    var description: String {
        let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            unsafe av_strerror(code, buffer.baseAddress, buffer.count)
            return unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
        }
        return "\(text) (\(code))"
    }

    /// The same as a camera's failure, with a sentence for the person who set the camera up.
    func cameraFailure(while step: CaptureStep) -> CameraFailure {
        if let known = Self.failures[code] { return CameraFailure(known.code, known.message) }
        switch step {
        case .connecting:
            return CameraFailure(
                .refused, "The camera does not answer as a camera should. Check port and path of the address.")
        case .reading:
            return CameraFailure(.connectionLost, "The camera's stream broke off.")
        case .decoding:
            return CameraFailure(.corrupt, "The picture arrived damaged.")
        }
    }

    private static let failures: [Int32: (code: CameraFailure.Code, message: String)] = [
        maskwatch_AVERROR_HTTP_UNAUTHORIZED: (
            .unauthorized, "The camera refused the user name or the password. Correct them."
        ),
        maskwatch_AVERROR_HTTP_FORBIDDEN: (
            .unauthorized, "The camera does not allow this user to watch. Check the user's rights on the camera."
        ),
        maskwatch_AVERROR_HTTP_NOT_FOUND: (
            .notFound, "The camera has no stream at this address. Check the path in the address."
        ),
        maskwatch_AVERROR_HTTP_BAD_REQUEST: (.refused, "The camera did not accept the request. Check the address."),
        maskwatch_AVERROR_HTTP_OTHER_4XX: (
            .refused,
            "The camera refused the session. It may serve fewer viewers than there are, or not this transport."
        ),
        maskwatch_AVERROR_HTTP_SERVER_ERROR: (
            .refused, "The camera reported an error of its own. Restart it if this does not pass."
        ),
        maskwatch_averror(ECONNREFUSED): (
            .connectionRefused, "Nothing accepts connections there. Check host and port, and that the camera is on."
        ),
        maskwatch_averror(ETIMEDOUT): (
            .timeout, "The camera did not answer in time. Check that it is on and reachable."
        ),
        maskwatch_AVERROR_EXIT: (.timeout, "The camera did not answer in time. Check that it is on and reachable."),
        maskwatch_averror(EHOSTUNREACH): (.timeout, "There is no way to the camera's network. Check host and network."),
        maskwatch_averror(ENETUNREACH): (.timeout, "There is no way to the camera's network. Check host and network."),
        maskwatch_averror(ECONNRESET): (.connectionLost, "The camera broke the connection off."),
        maskwatch_averror(EPIPE): (.connectionLost, "The camera broke the connection off."),
        maskwatch_averror(EPROTONOSUPPORT): (
            .refused, "The camera does not offer this transport. Try the other one, TCP or UDP."
        ),
        maskwatch_AVERROR_EOF: (.connectionLost, "The camera ended the stream."),
        maskwatch_AVERROR_PROTOCOL_NOT_FOUND: (.addressNotAllowed, "This kind of address is not allowed."),
        maskwatch_AVERROR_DECODER_NOT_FOUND: (
            .codecUnsupported, "The camera's video codec is not supported. Set the camera to H.264 or H.265."
        ),
        maskwatch_averror(ENOENT): (.notFound, "There is no such file."),
    ]
}

/// What was being done when a call failed; it decides what an unspecific error means.
enum CaptureStep { case connecting, reading, decoding }
