package import Foundation

/// What the grabber that holds a camera last said of it.
package struct CameraStatus: Hashable, Sendable, Codable {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// Pictures arrive as planned.
        case online
        /// Connected, but pictures are late, rejected or cannot be stored.
        case degraded
        /// No connection.
        case offline
        /// Switched off by the user.
        case disabled
    }

    package var state: State
    /// Why it is not online: a word of the list for programs and a sentence for people.
    package var reason: CameraFailure?
    /// Since when it is in this state.
    package var since: Date
    package var lastSnapshotAt: Date?
    package var lastSnapshot: SnapshotID?
    package var stream: StreamDescription?
    /// Totals since the grabber took the camera.
    package var taken: Int
    package var skipped: Int
    package var rejected: [String: Int]

    package init(
        state: State, reason: CameraFailure? = nil, since: Date, lastSnapshotAt: Date? = nil,
        lastSnapshot: SnapshotID? = nil, stream: StreamDescription? = nil, taken: Int = 0, skipped: Int = 0,
        rejected: [String: Int] = [:]
    ) {
        self.state = state
        self.reason = reason
        self.since = since
        self.lastSnapshotAt = lastSnapshotAt
        self.lastSnapshot = lastSnapshot
        self.stream = stream
        self.taken = taken
        self.skipped = skipped
        self.rejected = rejected
    }
}

/// Why a camera gives no picture.
package struct CameraFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    package enum Code: String, Codable, Sendable, CaseIterable {
        case starting
        case addressInvalid = "address_invalid"
        case addressNotAllowed = "address_not_allowed"
        case hostUnknown = "host_unknown"
        case connectionRefused = "connection_refused"
        case connectionLost = "connection_lost"
        case timeout
        case unauthorized
        case notFound = "not_found"
        case busy
        case refused
        case noVideo = "no_video"
        case codecUnsupported = "codec_unsupported"
        case pictureTooLarge = "picture_too_large"
        case noKeyFrame = "no_key_frame"
        case corrupt
        case rejected
        case storage
        case queueFull = "queue_full"
        case late
        case other
    }

    package let code: Code
    /// One sentence: what was wrong and what to do. No secrets, no address.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// What a stream is made of.
package struct StreamDescription: Hashable, Sendable, Codable {
    /// As FFmpeg names it: `h264`, `hevc`, `mjpeg`.
    package var codec: String
    package var width: Int
    package var height: Int
    /// Frames a second as announced by the camera, if it does.
    package var frameRate: Double?
    /// Measured seconds from key frame to key frame, once known.
    package var keyFrameInterval: Double?

    package init(
        codec: String, width: Int, height: Int, frameRate: Double? = nil, keyFrameInterval: Double? = nil
    ) {
        self.codec = codec
        self.width = width
        self.height = height
        self.frameRate = frameRate
        self.keyFrameInterval = keyFrameInterval
    }
}
