import Foundation
import HTTPServer
import HTTPTypes
import Logging
import Synchronization
import TestSupport
import Testing

extension HTTPServerSuite {
    @Suite("HTTP limits", .timeLimit(.minutes(10)))
    struct HTTPLimitTests {
        @Test("refuses a body that is too large with 413, told or not told its size", arguments: [false, true])
        func tooLarge(_ chunked: Bool) async throws {
            var options = HTTPListenerOptions()
            options.maximumBody = 1000
            try await whileListening(options, handler: { .text("\($0.body.count)") }) { _, port in
                #expect(try await exchange(post(1000, chunked: chunked), port: port).hasSuffix("\r\n\r\n1000"))
                let refused = try await exchange(post(1001, chunked: chunked), port: port)
                #expect(refused.hasPrefix("HTTP/1.1 413 "))
                #expect(refused.contains("The body may have at most 1000 bytes here."))
            }
        }

        @Test("tells a client that asks first before it sends its body")
        func expectContinue() async throws {
            try await whileListening(options(body: 10), handler: { _ in .text("") }) { _, port in
                let answer = try await exchange(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\nExpect: 100-continue\r\n\r\n",
                    port: port)
                #expect(answer.hasPrefix("HTTP/1.1 413 "))
            }
        }

        @Test("refuses a body that comes in too many chunks, and takes the same bytes in fewer or told their size")
        func chunks() async throws {
            var options = options(body: 1000)
            options.maximumChunks = 50
            try await whileListening(options, handler: { .text("\($0.body.count)") }) { _, port in
                func sent(_ count: Int) async throws -> String {
                    let chunks = String(repeating: "1\r\nx\r\n", count: count)
                    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    return try await exchange(head + chunks + "0\r\n\r\n", port: port)
                }
                #expect(try await sent(50).hasSuffix("\r\n\r\n50"))
                let refused = try await sent(51)
                #expect(refused.hasPrefix("HTTP/1.1 400 ") && refused.contains("at most 50 chunks"))
                #expect(try await exchange(post(900), port: port).hasSuffix("\r\n\r\n900"))
            }
        }

        @Test("cuts off a client that floods on after it was refused")
        func flood() async throws {
            try await whileListening(options(body: 10), handler: { _ in .text("") }) { _, port in
                let sent = try await offPool {
                    let client = try LoopbackSocket(connectingTo: port)
                    client.say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                    let chunk = "10000\r\n" + String(repeating: "x", count: 65536) + "\r\n"
                    return (0..<1000).prefix { _ in client.say(chunk) }.count
                }
                #expect(sent < 1000)
            }
        }

        @Test("a route may allow more than the listener")
        func routeLimit() async throws {
            var router = Router()
            router.post("/small") { .text("\($0.body.count)") }
            router.post("/large", bodyLimit: 5000) { .text("\($0.body.count)") }
            let listener = HTTPListener(options: options(body: 100), router: router, logger: .silent)
            try await whileRunning(listener) {
                let port = try await listener.boundPort()
                let large = post(5000).replacing("POST / ", with: "POST /large ")
                #expect(try await exchange(large, port: port).hasSuffix("\r\n\r\n5000"))
                let small = post(5000).replacing("POST / ", with: "POST /small ")
                #expect(try await exchange(small, port: port).hasPrefix("HTTP/1.1 413 "))
            }
        }

        @Test("bodies of all requests together have a limit, and give back what they took")
        func allBodies() async throws {
            var options = options(body: 100_000)
            options.maximumBodies = 100_000
            try await whileListening(options, handler: { .text("\($0.body.count)") }) { _, port in
                for _ in 0..<5 { #expect(try await exchange(post(90_000), port: port).hasSuffix("90000")) }
                let waiting = try await offPool {
                    let client = try LoopbackSocket(connectingTo: port)
                    client.say(String(post(90_000).dropLast()))
                    return client
                }
                let refused = try await exchange(post(90_000), port: port)
                #expect(refused.hasPrefix("HTTP/1.1 503 "))
                let answer = try await offPool {
                    waiting.say("x")
                    return waiting.receive(until: "\r\n\r\n90000")
                }
                #expect(answer.hasSuffix("90000"))
            }
        }

        @Test("refuses a head that is too large")
        func largeHead() async throws {
            try await whileListening(handler: { _ in .text("") }) { _, port in
                let field = "X-Long: " + String(repeating: "x", count: 60_000) + "\r\n"
                let answer = try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n", port: port)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 431 "), "\(answer)")
                let path = String(repeating: "x", count: 60_000)
                let long = try await exchange("GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n", port: port)
                #expect(long.isEmpty || long.hasPrefix("HTTP/1.1 414 "), "\(long)")
            }
        }

        @Test("cuts off a client whose request drips in, wherever it drips", arguments: ["head", "body"])
        func slowClient(_ part: String) async throws {
            var options = HTTPListenerOptions()
            options.requestTimeout = .milliseconds(300)
            try await whileListening(options, handler: { _ in .text("ok") }) { listener, port in
                let client = try LoopbackSocket(connectingTo: port)
                if part == "body" { client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n") }
                let isCutOff = await eventually {
                    try? await Task.sleep(for: .milliseconds(20))
                    return !client.say(part == "body" ? "x" : "G")
                }
                #expect(isCutOff)
                #expect(await eventually { listener.openConnections == 0 })
                #expect(try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port: port).hasSuffix("ok"))
            }
        }

        @Test("closes connections on which nothing happens")
        func idle() async throws {
            var options = HTTPListenerOptions()
            options.idleTimeout = .seconds(1)
            try await whileListening(options, handler: { _ in .text("ok") }) { listener, port in
                let end = try await offPool {
                    let client = try LoopbackSocket(connectingTo: port)
                    client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    return client.receiveAll()
                }
                #expect(end.hasSuffix("ok"))
                #expect(await eventually { listener.openConnections == 0 })
            }
        }

        @Test("serves many connections at once and leaves no descriptor behind")
        func manyConnections() async throws {
            let before = openDescriptors()
            try await whileListening(handler: { .text($0.path) }) { listener, port in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for index in 0..<300 {
                        group.addTask {
                            try await exchange("GET /\(index) HTTP/1.1\r\nHost: a\r\n\r\n", port: port)
                                .hasSuffix("\r\n\r\n/\(index)")
                        }
                    }
                    for try await isRight in group { #expect(isRight) }
                }
                #expect(await eventually { listener.openConnections == 0 })
            }
            #expect(await eventually { openDescriptors() <= before })
        }

        @Test("takes no more connections than allowed, and more again when some have gone")
        func connectionLimit() async throws {
            var options = HTTPListenerOptions()
            options.maximumConnections = 8
            options.threads = 1
            try await whileListening(options, handler: { _ in .text("ok") }) { listener, port in
                var held: [LoopbackSocket] = []
                for _ in 0..<20 { held.append(try LoopbackSocket(connectingTo: port)) }
                #expect(await eventually { listener.openConnections == 8 })
                held = []
                #expect(try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port: port).hasSuffix("ok"))
            }
        }

        @Test("clients that vanish at any point do no harm")
        func vanishing() async throws {
            let before = openDescriptors()
            try await whileListening(handler: { .text("\($0.body.count)") }) { listener, port in
                let request = post(200)
                try await offPool {
                    for count in stride(from: 0, through: request.count, by: 3) {
                        let client = try LoopbackSocket(connectingTo: port)
                        client.say(String(request.prefix(count)))
                        if count.isMultiple(of: 2) { client.resetOnClose() }
                    }
                }
                #expect(await eventually { listener.openConnections == 0 })
                #expect(try await exchange(request, port: port).hasSuffix("\r\n\r\n200"))
            }
            #expect(await eventually { openDescriptors() <= before })
        }

        private func options(body: Int) -> HTTPListenerOptions {
            var options = HTTPListenerOptions()
            options.maximumBody = body
            return options
        }
    }
}
