package import Foundation
import Synchronization

/// A TCP server that answers every connection with a script, to be a camera that misbehaves or one of a kind that
/// `SimulatedCameras` does not have.
package final class ScriptedServer: Sendable {
    private let listener: LoopbackListener
    private let received = ReceivedText()

    package var port: Int { listener.port }

    /// Everything clients sent, one text a read.
    package var requests: [String] { received.texts }

    /// - Parameters:
    ///   - host: the last number of the address, 127.0.0.1 by default.
    ///   - script: called on a thread of its own for every connection.
    package init(host: Int = 1, _ script: @escaping @Sendable (Connection) throws -> Void) throws {
        listener = try LoopbackListener(host: host)
        let listener = listener
        let received = received
        Thread {
            while let socket = try? listener.accept() {
                let connection = Connection(socket: socket, received: received)
                Thread { try? script(connection) }.start()
            }
        }.start()
    }

    deinit { listener.stop() }

    /// Answers every request with the same status and headers, as an RTSP server does.
    package static func rtsp(status: String, headers: String = "", host: Int = 1) throws -> ScriptedServer {
        try ScriptedServer(host: host) { connection in
            while let request = try connection.read() {
                let sequence = request.firstMatch(of: #/CSeq: *(\d+)/#).map { String($0.1) } ?? "0"
                try connection.write("RTSP/1.0 \(status)\r\nCSeq: \(sequence)\r\n\(headers)\r\n")
            }
        }
    }

    package final class Connection: Sendable {
        private let socket: LoopbackSocket
        private let received: ReceivedText

        fileprivate init(socket: LoopbackSocket, received: ReceivedText) {
            self.socket = socket
            self.received = received
        }

        /// What the client sent; nil when it has closed.
        package func read() throws -> String? {
            let data = try socket.read()
            guard !data.isEmpty else { return nil }
            let text = String(decoding: data, as: UTF8.self)
            received.add(text)
            return text
        }

        package func write(_ text: String) throws { try socket.write(Data(text.utf8)) }
        package func write(_ data: Data) throws { try socket.write(data) }
    }
}

private final class ReceivedText: Sendable {
    private let state = Mutex<[String]>([])

    var texts: [String] { state.withLock { $0 } }

    func add(_ text: String) { state.withLock { $0.append(text) } }
}
