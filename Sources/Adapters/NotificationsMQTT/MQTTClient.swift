import CMosquitto
import Domain
import Foundation

/// Owns a client of libmosquitto. It has no thread: whoever calls drives it, and waits. Used by one thread at a time.
@safe final class MQTTClient {
    /// Seconds; the broker says the last will after one and a half times as long without a word.
    private static let keepAlive: Int32 = 60

    private let client: OpaquePointer
    private let events = MQTTEvents()

    /// - Parameters:
    ///   - authorities: file of PEM certificates to trust; nil for the system's.
    ///   - will: what the broker says for us if we go without a word.
    /// - Throws: `MQTTError`.
    init(_ settings: MQTTSettings, authorities: String?, will: MQTTMessage? = nil) throws(MQTTError) {
        _ = Self.isReady
        let context = unsafe Unmanaged.passUnretained(events).toOpaque()
        guard let client = unsafe mosquitto_new("maskwatch-\(UUID().uuidString.prefix(8))", true, context) else {
            throw MQTTError("the MQTT client could not be made")
        }
        unsafe self.client = unsafe client
        try configure(settings, authorities)
        if let will {
            try MQTTError.check(
                unsafe mosquitto_will_set(client, will.topic, Int32(will.payload.count), will.text, 1, will.isRetained))
        }
        setCallbacks()
    }

    /// Without `disconnect` it ends as a process that dies does.
    deinit { unsafe mosquitto_destroy(client) }

    private static let isReady = mosquitto_lib_init() == 0

    private func configure(_ settings: MQTTSettings, _ authorities: String?) throws(MQTTError) {
        if !settings.username.isEmpty {
            try MQTTError.check(
                unsafe mosquitto_username_pw_set(client, settings.username, settings.password?.reveal() ?? ""))
        }
        if settings.usesTLS {
            let folder = authorities == nil ? "/etc/ssl/certs" : nil
            try MQTTError.check(unsafe mosquitto_tls_set(client, authorities, folder, nil, nil, nil))
        }
    }

    /// They are called from `step` only, so that `events` is never touched by two threads.
    private func setCallbacks() {
        unsafe mosquitto_connect_callback_set(client) { _, context, code in unsafe eventsOf(context)?.connected(code) }
        unsafe mosquitto_publish_callback_set(client) { _, context, number in
            unsafe eventsOf(context)?.unacknowledged.remove(number)
        }
        unsafe mosquitto_subscribe_callback_set(client) { _, context, number, _, _ in
            unsafe eventsOf(context)?.unacknowledged.remove(number)
        }
        unsafe mosquitto_message_callback_set(client) { _, context, message in
            guard let message = unsafe message?.pointee else { return }
            let payload = unsafe message.payload.map { unsafe Data(bytes: $0, count: Int(message.payloadlen)) }
            unsafe eventsOf(context)?.receive(
                MQTTMessage(
                    topic: String(cString: message.topic), payload: payload ?? Data(), isRetained: message.retain))
        }
    }

    /// Returns once the broker has taken the connection.
    /// - Parameter address: numeric, or a name if its certificate is checked.
    /// - Throws: `MQTTError`.
    func connect(to address: String, port: Int, by deadline: MQTTDeadline) throws(MQTTError) {
        try MQTTError.check(unsafe mosquitto_connect_async(client, address, Int32(port), Self.keepAlive))
        while !events.isConnected { try step(deadline) }
    }

    /// Hands messages over and returns once the broker has them all (QoS 1).
    /// - Throws: `MQTTError`.
    func publish(_ messages: [MQTTMessage], by deadline: MQTTDeadline) throws(MQTTError) {
        for message in messages {
            var number: Int32 = 0
            let code = unsafe message.payload.withUnsafeBytes { bytes in
                unsafe mosquitto_publish(
                    client, &number, message.topic, Int32(bytes.count), bytes.baseAddress, 1, message.isRetained)
            }
            try MQTTError.check(code)
            events.unacknowledged.insert(number)
        }
        while !events.unacknowledged.isEmpty { try step(deadline) }
    }

    /// - Throws: `MQTTError`.
    func subscribe(to topics: [String], by deadline: MQTTDeadline) throws(MQTTError) {
        for topic in topics {
            var number: Int32 = 0
            try MQTTError.check(unsafe mosquitto_subscribe(client, &number, topic, 1))
            events.unacknowledged.insert(number)
        }
        while !events.unacknowledged.isEmpty { try step(deadline) }
    }

    /// What has arrived since the last call, without waiting for more. Also keeps the connection alive.
    /// - Throws: `MQTTError`.
    func received(by deadline: MQTTDeadline) throws(MQTTError) -> [MQTTMessage] {
        // Another step only while there is something to read: a packet at a time.
        while try step(milliseconds: 0) { try deadline.check() }
        defer { events.messages = [] }
        return events.messages
    }

    /// Ends the connection by intention: no last will is said.
    func disconnect(by deadline: MQTTDeadline) {
        unsafe mosquitto_disconnect(client)
        while unsafe mosquitto_want_write(client), (try? step(deadline)) != nil {}
    }

    private func step(_ deadline: MQTTDeadline) throws(MQTTError) {
        try deadline.check()
        _ = try step(milliseconds: 50)
    }

    /// Waits for the network once, and does what it allows.
    /// - Returns: whether anything was there.
    private func step(milliseconds: Int32) throws(MQTTError) -> Bool {
        let socket = unsafe mosquitto_socket(client)
        guard socket >= 0 else { throw events.refusal ?? .lost }
        let writes = unsafe mosquitto_want_write(client)
        var entry = pollfd(fd: socket, events: Int16(POLLIN) | (writes ? Int16(POLLOUT) : 0), revents: 0)
        let count = unsafe poll(&entry, 1, milliseconds)
        var code = MOSQ_ERR_SUCCESS.rawValue
        if count > 0, Int32(entry.revents) & (POLLIN | POLLERR | POLLHUP) != 0 {
            unsafe code = mosquitto_loop_read(client, 1)
        }
        if code == 0, Int32(entry.revents) & POLLOUT != 0 { unsafe code = mosquitto_loop_write(client, 1) }
        if code == 0 { unsafe code = mosquitto_loop_misc(client) }
        if let refusal = events.refusal { throw refusal }
        try MQTTError.check(code)
        return count > 0
    }
}

private func eventsOf(_ context: UnsafeMutableRawPointer?) -> MQTTEvents? {
    unsafe context.map { unsafe Unmanaged<MQTTEvents>.fromOpaque($0).takeUnretainedValue() }
}

/// What the callbacks of a client change.
private final class MQTTEvents {
    /// Messages that are kept until they are asked for, and bytes of each that are.
    private static let (messageLimit, payloadLimit) = (10_000, 16 << 10)

    var isConnected = false
    var refusal: MQTTError?
    var unacknowledged: Set<Int32> = []
    var messages: [MQTTMessage] = []

    func connected(_ code: Int32) {
        isConnected = code == 0
        refusal = code == 0 ? nil : .refusal(code)
    }

    func receive(_ message: MQTTMessage) {
        guard messages.count < Self.messageLimit, message.payload.count <= Self.payloadLimit else { return }
        messages.append(message)
    }
}
