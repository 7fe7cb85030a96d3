import CMicroHTTPD
import Foundation
import HTTPTypes
import Synchronization

/// Between the stream of a handler and the content reader of the daemon. Holds one element; the stream is asked for
/// the next when the client has taken it. With nothing to send the connection is suspended.
@safe final class StreamBuffer: @unchecked Sendable {
    // Sendable because `connection` is touched only by the reader, which runs on the thread that owns it, and between
    // suspending and resuming, of which the mutex knows; everything else is in the mutex.
    private let connection: OpaquePointer
    private let state = Mutex(State())

    private struct State {
        var pending = Data()
        var isEnded = false
        var isSuspended = false
        var lastSent = ContinuousClock.now
        /// Waits until `pending` has been taken; false if nobody will take it.
        var taker: CheckedContinuation<Bool, Never>?
        /// Waits for the end.
        var endWaiter: CheckedContinuation<Void, Never>?
    }

    init(connection: OpaquePointer) { unsafe self.connection = connection }

    /// Sends everything of the stream; returns when it finished, the client has gone or the server stops.
    func pump(_ stream: AsyncStream<Data>) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await data in stream where !data.isEmpty {
                    guard await self.send(data) else { break }
                }
                self.end()
            }
            await waitForEnd()
            group.cancelAll()
        }
    }

    private func send(_ data: Data) async -> Bool {
        await withCheckedContinuation { continuation in
            let isAwake = state.withLock { state -> Bool? in
                guard !state.isEnded else { return nil }
                state.pending.append(data)
                state.taker = continuation
                return wake(&state)
            }
            switch isAwake {
            case nil: continuation.resume(returning: false)
            case true?: unsafe MHD_resume_connection(connection)
            case false?: break
            }
        }
    }

    /// Nothing more will be sent, because the stream finished, the client went or the server stops. What is pending
    /// still goes out if there is a client.
    func end() {
        let (isAwake, taker, waiter) = state.withLock { state in
            state.isEnded = true
            defer { (state.taker, state.endWaiter) = (nil, nil) }
            return (wake(&state), state.taker, state.endWaiter)
        }
        if isAwake { unsafe MHD_resume_connection(connection) }
        taker?.resume(returning: false)
        waiter?.resume()
    }

    private func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let isEnded = state.withLock { state in
                if !state.isEnded { state.endWaiter = continuation }
                return state.isEnded
            }
            if isEnded { continuation.resume() }
        }
    }

    func ping(at now: ContinuousClock.Instant, after silence: Duration) {
        let isAwake = state.withLock { state in
            guard state.isSuspended, state.lastSent.advanced(by: silence) <= now else { return false }
            state.pending.append(ServerSentEvent.ping)
            return wake(&state)
        }
        if isAwake { unsafe MHD_resume_connection(connection) }
    }

    /// True if the caller must resume the connection, outside the lock.
    private func wake(_ state: inout State) -> Bool {
        defer { state.isSuspended = false }
        return state.isSuspended
    }

    /// The daemon asks for bytes. Suspending happens under the lock: who adds bytes afterwards sees it.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (count, taker) = state.withLock { state -> (Int, CheckedContinuation<Bool, Never>?) in
            guard !state.pending.isEmpty else {
                guard !state.isEnded else { return (Self.endOfStream, nil) }
                state.isSuspended = true
                unsafe MHD_suspend_connection(connection)
                return (0, nil)
            }
            let count = min(state.pending.count, buffer.count)
            unsafe state.pending.copyBytes(to: buffer, count: count)
            state.pending = Data(state.pending.dropFirst(count))
            state.lastSent = .now
            guard state.pending.isEmpty else { return (count, nil) }
            defer { state.taker = nil }
            return (count, state.taker)
        }
        taker?.resume(returning: true)
        return count
    }

    /// MHD_CONTENT_READER_END_OF_STREAM, a macro Swift cannot see.
    private static let endOfStream = -1
}
