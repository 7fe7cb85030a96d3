import Foundation
import Glibc
import Logging
import ServiceLifecycle
import Synchronization

/// What is done over one connection: a publisher, a consumer. All calls come on the thread of the link.
protocol LinkSession: AnyObject, SendableMetatype {
    /// The connection is new: open channels, declare, send again what was not confirmed.
    func connected(_ connection: BrokerConnection) throws
    func handle(_ event: BrokerEvent, _ connection: BrokerConnection) throws
    /// Called several times a second; nil while there is no connection.
    func tick(_ connection: BrokerConnection?) throws
    /// Nothing that belonged to the connection is valid any more.
    func disconnected(_ error: BrokerError)
    /// The link ends for good.
    func closed()
}

/// Keeps one connection to the broker on a thread of its own, for ever: it connects again with exponential back-off.
final class BrokerLink<Session: LinkSession>: Sendable {
    typealias Command = @Sendable (Session, BrokerConnection?) throws -> Void

    private struct State {
        var commands: [Command] = []
        var isClosed = false
        var error: String? = "not connected yet"
        var ended: [CheckedContinuation<Void, Never>] = []
        var hasEnded = false
    }

    private let name: String
    private let address: BrokerAddress
    private let backOff: RetryPolicy
    private let logger: Logger
    private let state = Mutex(State())
    private let bell: Bell

    /// Starts the thread; `makeSession` is called on it.
    init(
        _ name: String, _ address: BrokerAddress, backOff: RetryPolicy, logger: Logger,
        makeSession: @escaping @Sendable () -> Session
    ) throws {
        (self.name, self.address, self.backOff, self.logger) = (name, address, backOff, logger)
        bell = try Bell()
        let thread = Thread { self.run(makeSession()) }
        thread.name = "amqp-\(name)"
        thread.start()
    }

    /// Why there is no connection; nil while there is one.
    var error: String? { state.withLock { $0.error } }

    /// Runs the command on the link's thread as soon as possible, with or without a connection. False after `close`.
    @discardableResult
    func submit(_ command: @escaping Command) -> Bool {
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            return true
        }
        if isOpen { bell.ring() }
        return isOpen
    }

    /// Runs the command and gives its result back.
    func run<Value: Sendable>(
        orElse closed: any Error, _ body: @escaping @Sendable (Session, BrokerConnection?) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isOpen = submit { session, connection in
                let result = Result { try body(session, connection) }
                continuation.resume(with: result)
                // What broke the connection must be known to the loop as well.
                if case .failure(let error as BrokerError) = result, error.scope == .connection { throw error }
            }
            if !isOpen { continuation.resume(throwing: closed) }
        }
    }

    /// Returns when the connection is closed and the thread has ended.
    func close() async {
        state.withLock { $0.isClosed = true }
        bell.ring()
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.ended.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    private func run(_ session: Session) {
        var attempt = 0
        while !isClosed {
            do {
                let connection = try BrokerConnection(address, name: "maskwatch \(name)")
                try session.connected(connection)
                attempt = 0
                state.withLock { $0.error = nil }
                logger.notice("connected to the broker", [.role: name, .address: "\(address)"])
                try serve(session, connection)
                connection.close()
            } catch {
                attempt += 1
                fail(session, error, attempt)
            }
        }
        runCommands(session, nil)
        session.closed()
        let waiters = state.withLock { state in
            state.hasEnded = true
            return state.ended
        }
        for waiter in waiters { waiter.resume() }
    }

    private func fail(_ session: Session, _ error: any Error, _ attempt: Int) {
        let error = error as? BrokerError ?? .connection("\(error)")
        let delay = backOff.delay(attempt: attempt)
        state.withLock { $0.error = error.message }
        session.disconnected(error)
        logger.warning(
            "no connection to the broker",
            [.role: name, .error: error.message, .attempts: "\(attempt)", .seconds: "\(delay / .seconds(1))"])
        let end = ContinuousClock.now + delay
        while !isClosed, ContinuousClock.now < end {
            runCommands(session, nil)
            try? session.tick(nil)
            bell.wait(for: nil, milliseconds: Int32(min(200, max(1, (end - .now) / .milliseconds(1)))))
        }
    }

    private func serve(_ session: Session, _ connection: BrokerConnection) throws {
        while !isClosed {
            try runCommands(session, connection)
            while let event = try connection.next() { try session.handle(event, connection) }
            connection.releaseBuffers()
            try session.tick(connection)
            bell.wait(for: connection.descriptor, milliseconds: 200)
        }
    }

    private func runCommands(_ session: Session, _ connection: BrokerConnection) throws {
        var commands = takeCommands()[...]
        while let command = commands.popFirst() {
            do { try command(session, connection) } catch {
                putBack(commands)
                throw error
            }
        }
    }

    /// Those behind one that failed have had no answer yet: they go on with the next connection, or without one.
    private func putBack(_ commands: ArraySlice<Command>) {
        state.withLock { $0.commands.insert(contentsOf: commands, at: 0) }
    }

    private func runCommands(_ session: Session, _ connection: Never?) {
        for command in takeCommands() { try? command(session, nil) }
    }

    private func takeCommands() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }
}

/// Wakes the thread of a link that waits for its socket.
final class Bell: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw BrokerError.connection("there are no file descriptors left") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// A full pipe rings already.
    func ring() { _ = unsafe write(writer, [1], 1) }

    /// Returns after a ring, when the socket has something, or after the time.
    func wait(for socket: Int32?, milliseconds: Int32) {
        var waited = [pollfd(fd: reader, events: Int16(POLLIN), revents: 0)]
        if let socket { waited.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        guard unsafe poll(&waited, UInt(waited.count), milliseconds) > 0, waited[0].revents != 0 else { return }
        var rings = [UInt8](repeating: 0, count: 4096)
        _ = unsafe read(reader, &rings, rings.count)
    }
}
