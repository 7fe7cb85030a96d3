import Capture
import Dispatch
import Domain
import Foundation
import Synchronization

/// The reading thread of one session: connects, buffers the newest group of pictures, says goodbye.
final class SessionReader: Sendable {
    let changed = ChangeSignal()
    private let input: CameraInput
    private let state: Mutex<SessionState>
    private let interrupt = InterruptDeadline()
    private let wake = DispatchSemaphore(value: 0)
    private let ended = EndLatch()

    /// The thread parses little and decodes nothing.
    private static let stackBytes = 512 << 10
    /// How long the reader sleeps after it had to wait for the network, in seconds: what arrives meanwhile is read in one
    /// go, which saves most of the wake-ups. Shorter while somebody waits for a picture.
    private static let pause = (idle: 0.25, waitedFor: 0.04)

    init(input: CameraInput) {
        self.input = input
        state = Mutex(SessionState(limits: input.limits))
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "camera"
        thread.stackSize = Self.stackBytes
        thread.start()
    }

    /// Returns after the camera was told and the thread is about to end, or a little later if it hangs in the resolver.
    func stop() async {
        interrupt.cancel()
        wake.signal()
        await ended.wait(atMost: 2)
    }

    /// Says how young a picture must be that somebody waits for.
    func request(maximumAge: Double) {
        read { $0.request(maximumAge: maximumAge) }
        if input.isHTTP { wake.signal() }
    }

    /// Looks at or changes the shared state.
    func read<Result>(_ body: (inout SessionState) throws -> Result) rethrows -> Result {
        try state.withLock { try body(&$0) }
    }

    private func run() {
        do {
            try readStream()
            while read({ $0.isStill }) && input.isHTTP {
                try waitUntilWanted()
                try readStream()
            }
            throw LibAVError.endOfFile
        } catch let failure as CameraFailure {
            read { $0.failed(failure) }
        } catch {
            let error = error as? LibAVError ?? .invalidData
            read { $0.failed(error.cameraFailure(while: .reading)) }
        }
        changed.notify()
        ended.open()
    }

    /// Connects and reads until the stream ends.
    private func readStream() throws {
        let demuxer = try input.open(deadline: interrupt)
        let parameters = try demuxer.codecParameters()
        guard let codec = parameters.codec else {
            throw LibAVError(code: LibAVError.decoderNotFound).cameraFailure(while: .connecting)
        }
        read { $0.described(parameters, frameRate: demuxer.frameRate) }
        changed.notify()
        do {
            try readPackets(of: demuxer, codec)
        } catch let error as LibAVError where error == .endOfFile {
            return
        }
    }

    /// A still picture is fetched again when somebody wants a newer one.
    private func waitUntilWanted() throws {
        while !read({ $0.isWaitedFor }) {
            interrupt.allow(seconds: 86_400)
            guard !interrupt.shouldStop else { throw LibAVError.interrupted }
            wake.wait()
        }
    }

    private func readPackets(of demuxer: Demuxer, _ codec: VideoCodec) throws {
        var assembler = AccessUnitAssembler(codec: codec, maximumBytes: input.limits.maximumGroupBytes)
        var pacing = FilePacing(timeBase: demuxer.timeBase)
        while true {
            interrupt.allow(seconds: input.limits.read)
            let start = DispatchTime.now()
            let output = try demuxer.read { packet in
                if demuxer.report.takeLoss() { assembler.noteLoss() }
                if input.address.scheme == .file { pacing.wait(for: packet.timestamp, on: wake) }
                return assembler.add(packet, at: Date().timeIntervalSince1970)
            }
            if let output {
                assembler.keepsOnlyKeyUnits = read { state in
                    state.add(output)
                    return state.needsOnlyKeyFrames
                }
                changed.notify()
            }
            if input.isBuffered { rest(after: start) }
        }
    }

    /// Sleeps if the last read had to wait, that is, if nothing more is there to read.
    private func rest(after start: DispatchTime) {
        let waited = DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds
        guard waited > 500_000 else { return }
        _ = wake.wait(timeout: .now() + (changed.hasWaiters ? Self.pause.waitedFor : Self.pause.idle))
    }
}

/// Lets the packets of a file pass as fast as they were recorded.
struct FilePacing {
    let timeBase: Double
    private var origin: (timestamp: Int64, time: DispatchTime)?

    init(timeBase: Double) { self.timeBase = timeBase }

    mutating func wait(for timestamp: Int64?, on wake: DispatchSemaphore) {
        guard let timestamp, timeBase > 0 else { return }
        guard let origin else {
            origin = (timestamp, .now())
            return
        }
        let seconds = Double(timestamp - origin.timestamp) * timeBase
        if seconds > 0 && seconds < 86_400 { _ = wake.wait(timeout: origin.time + seconds) }
    }
}
