import CMicroHTTPD
import Foundation
import ServiceLifecycle
import Synchronization

/// Owns the libmicrohttpd daemon and turns its callbacks into calls.
@safe final class Daemon: @unchecked Sendable {
    // Sendable because the handle is used by start, stopAccepting and stop only, one after the other.
    private let handle: OpaquePointer
    private let core: ServerCore
    private let queue = QueueExecutor(label: "http.stop")

    init(socket: ListeningSocket, options: HTTPListenerOptions, core: ServerCore) throws(HTTPServerError) {
        self.core = core
        var callbacks = unsafe maskwatch_mhd_callbacks(
            context: Unmanaged.passUnretained(core).toOpaque(), request: onRequest, completed: onCompleted,
            connection: onConnection, unescape: { _, _, text in unsafe text.map { unsafe strlen($0) } ?? 0 })
        let handle = unsafe Self.withPEM(options.tls) { key, certificate in
            var settings = unsafe maskwatch_mhd_settings(
                listen_socket: socket.descriptor, threads: UInt32(options.threads),
                connections: UInt32(options.maximumConnections),
                connections_per_address: UInt32(options.maximumConnectionsPerAddress),
                idle_seconds: UInt32(max(1, options.idleTimeout.components.seconds)),
                memory_per_connection: options.maximumHead, key_pem: key, certificate_pem: certificate)
            return unsafe maskwatch_mhd_start(&settings, &callbacks)
        }
        guard let handle = unsafe handle else {
            close(socket.descriptor)
            throw HTTPServerError(
                "the HTTP server did not start"
                    + (options.tls == nil ? "" : ": are certificate and key PEM, and do they belong together?"))
        }
        unsafe self.handle = unsafe handle
    }

    /// The daemon reads both only while it starts.
    private static func withPEM<Result>(
        _ tls: HTTPListenerOptions.TLS?, _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let tls else { return body(nil, nil) }
        return unsafe tls.key.withCString { key in unsafe tls.certificate.withCString { unsafe body(key, $0) } }
    }

    func stopAccepting() {
        let descriptor = unsafe MHD_quiesce_daemon(handle)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Closes every connection; none may be suspended. Blocks, so it has a thread of its own.
    func stop() async {
        try? await queue.run { unsafe MHD_stop_daemon(self.handle) }
    }
}

private func onRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?,
    _ size: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context = unsafe context, let connection = unsafe connection, let url = unsafe url,
        let method = unsafe method, let size = unsafe size, let slot = unsafe slot
    else { return .NO }
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    guard let known = unsafe slot.pointee else {
        let head = unsafe IncomingHead(
            connection, url: String(cString: url), method: String(cString: method),
            isSecure: core.options.tls != nil)
        return unsafe begin(head, core, slot)
    }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
    guard unsafe size.pointee > 0 else { return exchange.proceed() ? .YES : .NO }
    defer { unsafe size.pointee = 0 }
    return unsafe exchange.receive(UnsafeRawBufferPointer(start: data, count: size.pointee)) ? .YES : .NO
}

/// The head is there: the exchange lives until `onCompleted`.
private func begin(
    _ head: IncomingHead, _ core: ServerCore, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> MHD_Result {
    guard let pointer = unsafe maskwatch_mhd_connection_context(head.connection) else { return .NO }
    let client = unsafe Unmanaged<ClientConnection>.fromOpaque(pointer).takeUnretainedValue()
    let exchange = unsafe Exchange(head, client: client, core: core)
    core.insert(exchange)
    unsafe slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
    guard unsafe exchange.isRefused(expectsContinue: head.expectsContinue) else { return .YES }
    return exchange.proceed() ? .YES : .NO
}

private func onCompleted(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let pointer = unsafe slot?.pointee else { return }
    unsafe slot?.pointee = nil
    unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().complete()
}

private func onConnection(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ event: MHD_ConnectionNotificationCode
) {
    guard let context = unsafe context, let connection = unsafe connection, let slot = unsafe slot else { return }
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    if event == .CONNECTION_NOTIFY_STARTED {
        let client = unsafe ClientConnection(
            descriptor: maskwatch_mhd_socket(connection), turn: .receiving(until: core.deadline(forBytes: 0)))
        core.connections.insert(client)
        unsafe slot.pointee = Unmanaged.passRetained(client).toOpaque()
    } else if let pointer = unsafe slot.pointee {
        core.connections.remove(unsafe Unmanaged<ClientConnection>.fromOpaque(pointer).takeRetainedValue())
        unsafe slot.pointee = nil
    }
}
