import CMicroHTTPD
import Foundation
import HTTPTypes
import Synchronization

/// One request and its answer.
///
/// receiving -> inHand (suspended, the handler works) -> answered (resumed) -> sent; a request that is refused goes
/// from receiving to answered.
@safe final class Exchange: @unchecked Sendable {
    // Sendable because `connection` is touched only in callbacks of the thread that owns it, and between suspending
    // and resuming, of which the mutex knows; everything else is constant or in the mutex.
    private let connection: OpaquePointer
    private let client: ClientConnection
    private let core: ServerCore
    private let head: HTTPRequest?
    private let bodyLimit: Int
    private let isChunked: Bool
    private let state: Mutex<State>

    private enum Phase {
        case receiving
        case inHand
        case answered(HTTPResponse)
        case sent
    }

    private struct State {
        var phase: Phase
        var body = Data()
        var pieces = 0
        /// Bytes of a refused body, read only so that the client gets to read the answer.
        var discarded = 0
        var stream: StreamBuffer?
    }

    /// A client that sends more than this after it was refused is cut off.
    private static let maximumDiscarded = 16 << 20

    init(_ incoming: IncomingHead, client: ClientConnection, core: ServerCore) {
        unsafe connection = incoming.connection
        self.client = client
        self.core = core
        let phase: Phase
        (head, bodyLimit, phase) = unsafe Self.judge(incoming, core)
        isChunked = head?.headers["Transfer-Encoding"] != nil
        state = Mutex(State(phase: phase))
        client.setTurn(.receiving(until: core.deadline(forBytes: 0)))
    }

    private static func judge(_ incoming: IncomingHead, _ core: ServerCore) -> (HTTPRequest?, Int, Phase) {
        func refuse(_ status: HTTPStatus, _ detail: String) -> Phase {
            .answered(core.failure(status, detail))
        }
        switch unsafe incoming.request {
        case .failure(let error): return (nil, 0, refuse(.badRequest, "Not a valid request: \(error)."))
        case .success(let request):
            let limit = core.bodyLimit(request) ?? core.options.maximumBody
            if core.isStopping { return (nil, 0, refuse(.serviceUnavailable, "The server is stopping.")) }
            if let length = request.headers["Content-Length"].flatMap({ Int($0) }), length > limit {
                return (nil, 0, refuse(.contentTooLarge, tooLarge(limit)))
            }
            return (request, limit, .receiving)
        }
    }

    private static func tooLarge(_ limit: Int) -> String { "The body may have at most \(limit) bytes here." }

    // MARK: called by the daemon

    /// True if the answer is known already and the client waits for leave to send its body (`Expect: 100-continue`).
    func isRefused(expectsContinue: Bool) -> Bool {
        guard expectsContinue, case .answered = state.withLock({ $0.phase }) else { return false }
        return true
    }

    /// Bytes of the body.
    /// - Returns: false to cut the client off.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        client.extendReceiving(by: core.time(forBytes: bytes.count))
        return state.withLock { state in
            guard case .receiving = state.phase else {
                state.discarded += bytes.count
                return state.discarded <= Self.maximumDiscarded
            }
            state.pieces += 1
            if isChunked, state.pieces > core.options.maximumChunks {
                refuse(&state, .badRequest, "The body may come in at most \(core.options.maximumChunks) chunks.")
            } else if state.body.count + bytes.count > bodyLimit {
                refuse(&state, .contentTooLarge, Self.tooLarge(bodyLimit))
            } else if !core.reserveBody(bytes.count) {
                refuse(&state, .serviceUnavailable, "The server is receiving too much at once; try again.")
            } else {
                unsafe state.body.append(contentsOf: bytes)
            }
            return true
        }
    }

    private func refuse(_ state: inout State, _ status: HTTPStatus, _ detail: String) {
        core.releaseBody(state.body.count)
        state.body = Data()
        state.phase = .answered(core.failure(status, detail))
    }

    /// The request is complete, or its answer is there.
    /// - Returns: false to cut the client off.
    func proceed() -> Bool {
        client.setTurn(.ours)
        let (response, stream) = state.withLock { state -> (HTTPResponse?, StreamBuffer?) in
            switch state.phase {
            case .receiving where core.isStopping:
                state.phase = .sent
                return (core.failure(.serviceUnavailable, "The server is stopping."), nil)
            case .receiving:
                // Under the lock: who answers afterwards sees that there is something to resume.
                state.phase = .inHand
                unsafe MHD_suspend_connection(connection)
                return (nil, nil)
            case .answered(let response):
                state.phase = .sent
                return (response, state.stream)
            case .inHand, .sent: return (nil, nil)
            }
        }
        guard let response else {
            core.submit(self)
            return true
        }
        return send(response, stream)
    }

    private func send(_ response: HTTPResponse, _ stream: StreamBuffer?) -> Bool {
        let outgoing = OutgoingResponse(response, stream: stream, closing: core.isStopping || head == nil)
        if let length = outgoing.length { client.setTurn(.sending(until: core.deadline(forBytes: length))) }
        return unsafe outgoing.queue(on: connection)
    }

    /// The daemon is done with it: everything was sent, or the client has gone.
    func complete() {
        let (stream, bytes) = state.withLock { state in
            state.phase = .sent
            defer { state.body = Data() }
            return (state.stream, state.body.count)
        }
        core.releaseBody(bytes)
        stream?.end()
        core.remove(self)
        client.setTurn(.receiving(until: core.deadline(forBytes: 0).advanced(by: core.options.idleTimeout)))
    }

    // MARK: called by the service

    /// Lets the handler answer, and sends its stream if it has one.
    func serve(_ handler: HTTPListener.Handler) async {
        guard var request = head else { return }
        request.body = state.withLock { $0.body }
        let response = await handler(request)
        guard case .stream(let stream) = response.body, request.method != .head else { return answer(response) }
        let buffer = unsafe StreamBuffer(connection: connection)
        answer(response, stream: buffer)
        if core.isStopping { buffer.end() }
        await buffer.pump(stream)
    }

    /// Takes effect once; the handler may be late.
    func answer(_ response: HTTPResponse, stream: StreamBuffer? = nil) {
        let isAnswered = state.withLock { state in
            guard case .inHand = state.phase else { return false }
            state.phase = .answered(response)
            state.stream = stream
            return true
        }
        if isAnswered {
            unsafe MHD_resume_connection(connection)
        } else {
            stream?.end()
        }
    }

    func endStream() { state.withLock { $0.stream }?.end() }

    func ping(at now: ContinuousClock.Instant, after silence: Duration) {
        state.withLock { $0.stream }?.ping(at: now, after: silence)
    }
}
