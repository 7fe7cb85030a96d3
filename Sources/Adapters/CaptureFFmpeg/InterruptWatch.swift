import CFFmpeg

/// Answers libav's question whether to give up, for one context: when a deadline has passed, and when the server redirects
/// to another address, which libav would follow without asking whether we may connect there.
///
/// Not Sendable: libav asks on the thread that called it.
@safe final class InterruptWatch {
    private let deadline: InterruptDeadline
    private var original: String?
    private var context: UnsafePointer<AVFormatContext>?

    /// Where the server sent us instead.
    private(set) var redirectTarget: String?

    init(_ deadline: InterruptDeadline) { self.deadline = deadline }

    /// From now on until `stopWatching`, a changed address in the context counts as a redirect.
    func watch(_ context: UnsafePointer<AVFormatContext>, openedAs address: String) {
        unsafe self.context = unsafe context
        original = address
    }

    /// To be called before the context is freed or handed over.
    func stopWatching() { unsafe context = nil }

    /// The context that gets this must not outlive the watch.
    var callback: AVIOInterruptCB {
        unsafe AVIOInterruptCB(
            callback: { opaque in
                guard let opaque = unsafe opaque else { return 0 }
                return unsafe Unmanaged<InterruptWatch>.fromOpaque(opaque).takeUnretainedValue().shouldStop ? 1 : 0
            }, opaque: Unmanaged.passUnretained(self).toOpaque())
    }

    private var shouldStop: Bool { deadline.shouldStop || isRedirected() }

    private func isRedirected() -> Bool {
        guard let context = unsafe context, let url = unsafe context.pointee.url else { return false }
        let current = unsafe String(cString: url)
        if current != original { redirectTarget = current }
        return redirectTarget != nil
    }
}

/// The server wants us to go elsewhere.
struct CameraRedirect: Error {
    let target: String
}
