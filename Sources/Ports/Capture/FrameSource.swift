package import Domain
package import Imaging

/// Opens cameras. One call of `open` is one attempt: the caller decides whether and when to try again.
package protocol FrameSource: Sendable {
    /// Connects and waits until the stream is described.
    /// - Throws: `CameraFailure`, within `limits.connect` seconds at the latest.
    func open(_ source: CameraSource, limits: CaptureLimits) async throws -> any FrameSession
}

/// One open session to one camera. It reads in the background from the moment it is opened.
package protocol FrameSession: Sendable {
    /// What the stream turned out to be; the key-frame interval appears once measured.
    var stream: StreamDescription { get async }

    /// A picture that decodes cleanly from a key frame on, newer than the one given before: the newest key frame if it is
    /// young enough, which is cheapest, otherwise the newest picture. If the newest one buffered is older than
    /// `maximumAge` seconds, waits for a newer one.
    /// - Throws: `CameraFailure`: the session is over (`connection_lost`, `timeout`, ...), except for `no_key_frame`
    ///   and `corrupt`, after which the next call may succeed.
    func frame(maximumAge: Double) async throws -> VideoFrame

    /// Ends the session and tells the camera so (RTSP TEARDOWN). Safe to call twice.
    func close() async
}

/// One decoded picture of a camera.
package struct VideoFrame: Sendable {
    package let image: YUVImage
    /// When the picture arrived, by this machine's clock, in seconds since 1970.
    package let capturedAt: Double
    package let isKeyFrame: Bool
    /// What decoding it took.
    package let processorSeconds: Double

    package init(image: YUVImage, capturedAt: Double, isKeyFrame: Bool, processorSeconds: Double = 0) {
        self.image = image
        self.capturedAt = capturedAt
        self.isKeyFrame = isKeyFrame
        self.processorSeconds = processorSeconds
    }
}

/// What a camera may take from us before it counts as failed.
package struct CaptureLimits: Sendable {
    /// Seconds for connecting and describing the stream.
    package var connect = 10.0
    /// Seconds without a packet.
    package var read = 10.0
    /// Seconds to wait for the first key frame.
    package var keyFrame = 25.0
    /// Largest picture, checked before memory is taken.
    package var maximumPixels = 8192 * 8192
    /// Largest buffered group of pictures, in bytes; a longer one is dropped up to its next key frame.
    package var maximumGroupBytes = 16 << 20
    /// Whether HTTPS cameras may show a certificate that nobody vouches for, as many do.
    package var acceptsAnyCertificate = false
    /// Whether `file:` addresses may be opened.
    package var allowsFiles = false

    package init() {}
}
