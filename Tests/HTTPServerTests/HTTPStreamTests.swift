import Foundation
import HTTPServer
import HTTPTypes
import Synchronization
import TestSupport
import Testing

extension HTTPServerSuite {
    @Suite("HTTP streams", .timeLimit(.minutes(10)))
    struct HTTPStreamTests {
        private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

        /// Hands every client a stream, and tells when it was dropped.
        private final class Source: Sendable {
            let continuations = Mutex<[AsyncStream<Data>.Continuation]>([])
            let dropped = Mutex(0)

            func open() -> HTTPResponse {
                let (stream, continuation) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .bufferingNewest(4))
                continuation.onTermination = { _ in self.dropped.withLock { $0 += 1 } }
                continuations.withLock { $0.append(continuation) }
                return .events(stream)
            }

            func yield(_ data: Data) { continuations.withLock { $0 }.forEach { $0.yield(data) } }
            func isGone(after data: Data) -> Bool {
                yield(data)
                return gone > 0
            }

            var clients: Int { continuations.withLock { $0.count } }
            var gone: Int { dropped.withLock { $0 } }
        }

        @Test("events arrive as they happen, and the end is an end")
        func events() async throws {
            let source = Source()
            try await whileListening(handler: { _ in source.open() }) { _, port in
                let client = try LoopbackSocket(connectingTo: port)
                client.say(Self.request)
                let head = try await offPool { client.receive(until: "\r\n\r\n") }
                #expect(head.contains("Content-Type: text/event-stream"))
                for index in 0..<20 {
                    source.yield(ServerSentEvent.encode(event: "change", data: "\(index)"))
                    let text = try await offPool { client.receive(until: "data: \(index)\n\n") }
                    #expect(text.contains("event: change\ndata: \(index)\n\n"))
                }
                source.continuations.withLock { $0.forEach { $0.finish() } }
                #expect(try await offPool { client.receive(until: "0\r\n\r\n") }.hasSuffix("0\r\n\r\n"))
            }
        }

        @Test("a silent stream gets a comment, and a client that is gone is noticed by it")
        func pings() async throws {
            let source = Source()
            var options = HTTPListenerOptions()
            options.pingInterval = .milliseconds(50)
            try await whileListening(options, handler: { _ in source.open() }) { listener, port in
                try await offPool {
                    let client = try LoopbackSocket(connectingTo: port)
                    client.say(Self.request)
                    #expect(client.receive(until: ": ping\n\n").contains(": ping\n\n"))
                }
                #expect(await eventually { source.gone == 1 && listener.openConnections == 0 })
            }
        }

        @Test("a reader that stops reading blocks nobody and costs a bounded amount")
        func slowReader() async throws {
            let source = Source()
            var options = HTTPListenerOptions()
            options.threads = 1
            options.idleTimeout = .seconds(2)
            try await whileListening(options, handler: { $0.path == "/" ? source.open() : .text("ok") }) { _, port in
                let stuck = try LoopbackSocket(connectingTo: port)
                stuck.say(Self.request)
                #expect(await eventually { source.clients == 1 })
                let block = Data(repeating: 0x20, count: 64 << 10)
                for _ in 0..<1000 { source.yield(block) }
                let other = try await exchange("GET /other HTTP/1.1\r\nHost: a\r\n\r\n", port: port)
                #expect(other.hasSuffix("ok"))
                #expect(await eventually { source.isGone(after: block) }, "cut off after the idle time-out")
            }
        }

        @Test("many streams open and close without leaving anything behind")
        func manyStreams() async throws {
            let before = openDescriptors()
            let source = Source()
            var options = HTTPListenerOptions()
            options.pingInterval = .milliseconds(50)
            try await whileListening(options, handler: { _ in source.open() }) { listener, port in
                for round in 1...5 {
                    var clients: [LoopbackSocket] = []
                    for index in 0..<40 {
                        let client = try LoopbackSocket(connectingTo: port)
                        client.say(Self.request)
                        if index.isMultiple(of: 2) { client.resetOnClose() }
                        clients.append(client)
                    }
                    #expect(await eventually { source.clients == round * 40 })
                    source.yield(ServerSentEvent.encode(event: "change", data: "all"))
                    clients = []
                    #expect(await eventually { source.gone == round * 40 && listener.openConnections == 0 })
                }
            }
            #expect(await eventually { openDescriptors() <= before })
        }

        @Test("HEAD of a stream has no body and keeps nothing open")
        func head() async throws {
            let source = Source()
            try await whileListening(handler: { _ in source.open() }) { _, port in
                let answer = try await exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", port: port)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK") && answer.hasSuffix("\r\n\r\n"))
                source.continuations.withLock { $0 = [] }
                #expect(await eventually { source.gone == 1 })
            }
        }
    }
}
