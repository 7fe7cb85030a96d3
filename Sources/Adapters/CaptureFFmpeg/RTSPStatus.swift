import Domain
import Foundation

/// The status with which a camera last refused an RTSP request on this thread. libav keeps it to itself, but for its log.
enum RTSPStatus {
    private static let key = "maskwatch.rtsp-status"

    static func forget() { Thread.current.threadDictionary[key] = nil }

    /// Takes the status out of libav's line `method SETUP failed: 453 Not Enough Bandwidth`.
    static func note(_ line: String) {
        guard let match = line.firstMatch(of: #/method \w+ failed: (\d{3})/#), let status = Int(match.1) else { return }
        Thread.current.threadDictionary[key] = status
    }

    /// What the status means (RFC 2326, section 11), where libav's own error says less.
    static var failure: CameraFailure? {
        switch Thread.current.threadDictionary[key] as? Int {
        case 453: CameraFailure(.busy, "The camera serves as many viewers as it can. End other sessions to it.")
        case 454: CameraFailure(.connectionLost, "The camera does not know the session any more.")
        case 461: CameraFailure(.refused, "The camera does not offer this transport. Try the other one, TCP or UDP.")
        case 503: CameraFailure(.busy, "The camera is too busy at the moment.")
        default: nil
        }
    }
}
