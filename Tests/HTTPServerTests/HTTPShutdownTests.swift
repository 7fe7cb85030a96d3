import Foundation
import HTTPServer
import HTTPTypes
import Logging
import Synchronization
import TestSupport
import Testing

extension HTTPServerSuite {
    @Suite("HTTP shutdown", .timeLimit(.minutes(10)))
    struct HTTPShutdownTests {
        @Test("a request in hand is finished, new ones are not taken")
        func finishes() async throws {
            let (entered, entrance) = AsyncStream.makeStream(of: Void.self)
            let (gate, opening) = AsyncStream.makeStream(of: Void.self)
            let wasCancelled = Mutex(false)
            let listener = HTTPListener(options: HTTPListenerOptions(), logger: .silent) { _ in
                entrance.yield()
                for await _ in gate { break }
                wasCancelled.withLock { $0 = Task.isCancelled }
                return .text("done")
            }
            let service = Task { try await listener.run() }
            let port = try await listener.boundPort()
            let client = try LoopbackSocket(connectingTo: port)
            client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            for await _ in entered { break }
            service.cancel()
            #expect(await eventually { (try? LoopbackSocket(connectingTo: port)) == nil })
            opening.yield()
            let answer = try await offPool { client.receiveAll() }
            #expect(answer.hasSuffix("done") && answer.contains("Connection: close"))
            try await service.value
            #expect(!wasCancelled.withLock { $0 })
        }

        @Test("a handler that does not finish is answered for with 503")
        func abandons() async throws {
            var options = HTTPListenerOptions()
            options.gracePeriod = .milliseconds(100)
            let (entered, entrance) = AsyncStream.makeStream(of: Void.self)
            let listener = HTTPListener(options: options, logger: .silent) { _ in
                entrance.yield()
                try? await Task.sleep(for: .seconds(3600))
                return .text("too late")
            }
            let service = Task { try await listener.run() }
            let client = try LoopbackSocket(connectingTo: try await listener.boundPort())
            client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            for await _ in entered { break }
            service.cancel()
            #expect(try await offPool { client.receiveAll() }.hasPrefix("HTTP/1.1 503 "))
            try await service.value
        }

        @Test("open streams and idle connections end")
        func streamsEnd() async throws {
            let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
            let listener = HTTPListener(options: HTTPListenerOptions(), logger: .silent) { _ in .events(stream) }
            let service = Task { try await listener.run() }
            let port = try await listener.boundPort()
            let idle = try LoopbackSocket(connectingTo: port)
            let client = try LoopbackSocket(connectingTo: port)
            client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            continuation.yield(Data("data: 1\n\n".utf8))
            _ = try await offPool { client.receive(until: "data: 1\n\n") }
            #expect(openSockets(onPort: Int(port)) == 3, "one that listens and two that are connected")
            service.cancel()
            try await service.value
            #expect(try await offPool { client.receiveAll() }.hasSuffix("0\r\n\r\n"))
            #expect(idle.receive().isEmpty)
            #expect(openSockets(onPort: Int(port)) == 0)
        }

        @Test("starting and stopping under load, again and again, never fails")
        func restarts() async throws {
            let before = openDescriptors()
            for _ in 0..<25 {
                let listener = HTTPListener(options: HTTPListenerOptions(), logger: .silent) { request in
                    await Task.yield()
                    return .text(request.path)
                }
                let service = Task { try await listener.run() }
                let port = try await listener.boundPort()
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<10 {
                        group.addTask { _ = try? await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port: port) }
                    }
                    await group.next()
                    service.cancel()
                }
                try await service.value
            }
            #expect(await eventually { openDescriptors() <= before })
        }
    }
}
