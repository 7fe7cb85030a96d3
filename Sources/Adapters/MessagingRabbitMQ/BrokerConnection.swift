import CRabbitMQ
import Foundation
import Messaging

/// Owns one connection of librabbitmq. To be used on one thread.
@safe final class BrokerConnection {
    let state: amqp_connection_state_t
    let descriptor: Int32
    /// Of the server, for example "3.10.8".
    let version: String
    /// Messages whose body is still arriving, by channel.
    var arriving: [UInt16: ArrivingMessage] = [:]

    /// Seconds; a broker that answers nothing is noticed after two.
    static let heartbeat: Int32 = 10
    /// Seconds for connecting, for the handshake, and for each answer.
    static let patience = 8
    private static let frameBytes: Int32 = 131_072

    /// Connects, negotiates and logs in.
    /// - Parameter name: shown in the broker's list of connections.
    /// - Throws: `BrokerError` with the broker's or the library's reason.
    init(_ address: BrokerAddress, name: String) throws(BrokerError) {
        guard let state = unsafe amqp_new_connection() else { throw .connection("there is no memory for a connection") }
        unsafe self.state = unsafe state
        do {
            descriptor = try unsafe Self.connect(state, address)
            version = try unsafe Self.logIn(state, address, name)
        } catch {
            unsafe amqp_destroy_connection(state)
            throw error
        }
    }

    /// The library closes the socket.
    deinit { unsafe amqp_destroy_connection(state) }

    private static func connect(_ state: amqp_connection_state_t, _ address: BrokerAddress) throws(BrokerError) -> Int32
    {
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        try check(unsafe amqp_set_handshake_timeout(state, &limit), "the time limit cannot be set")
        try check(unsafe amqp_set_rpc_timeout(state, &limit), "the time limit cannot be set")
        let socket = unsafe address.usesTLS ? amqp_ssl_socket_new(state) : amqp_tcp_socket_new(state)
        guard let socket = unsafe socket else { throw .connection("there is no memory for a socket") }
        if address.usesTLS {
            let action = "the authorities in \(address.authorities) cannot be used"
            try check(unsafe amqp_ssl_socket_set_cacert(socket, address.authorities), action)
            unsafe amqp_ssl_socket_set_verify_peer(socket, 1)
            unsafe amqp_ssl_socket_set_verify_hostname(socket, 1)
            try check(unsafe amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST), "TLS 1.2")
        }
        try check(
            unsafe amqp_socket_open_noblock(socket, address.host, Int32(address.port), &limit),
            "the broker at \(address) cannot be reached")
        return unsafe amqp_socket_get_sockfd(socket)
    }

    private static func logIn(
        _ state: amqp_connection_state_t, _ address: BrokerAddress, _ name: String
    ) throws(BrokerError) -> String {
        let properties = FieldTable([
            "product": .text("Maskwatch"), "connection_name": .text(name),
            "capabilities": .table([
                "publisher_confirms": .boolean(true), "basic.nack": .boolean(true),
                "consumer_cancel_notify": .boolean(true), "connection.blocked": .boolean(true),
                "authentication_failure_close": .boolean(true), "exchange_exchange_bindings": .boolean(true),
            ]),
        ])
        let reply = unsafe properties.withTable { table in
            var table = unsafe table
            return unsafe mw_amqp_login(
                state, address.virtualHost, frameBytes, heartbeat, &table, address.user, address.password)
        }
        try unsafe check(reply, "the broker at \(address) refused user '\(address.user)'")
        let server = unsafe fields(of: amqp_get_server_properties(state).pointee)
        return server.text("version") ?? ""
    }

    /// Says good-bye. The broker hands what was not acknowledged to others.
    func close() { _ = unsafe amqp_connection_close(state, AMQP_REPLY_SUCCESS) }

    /// To be called when no frame is kept any more.
    func releaseBuffers() { unsafe amqp_maybe_release_buffers(state) }
}
