import Domain
import Foundation
import Synchronization
import TestSupport

/// The Mosquitto that scripts/integration started, or one of a test's own.
struct Broker {
    static let variable = "MASKWATCH_TEST_MOSQUITTO_PORT"

    private let server: IntegrationServer
    private let folder: String

    /// The one that all tests share, each with topics of its own.
    static let shared = Broker(folder: IntegrationServer.value("MASKWATCH_TEST_MOSQUITTO_FOLDER"))

    private init(folder: String) {
        server = IntegrationServer("mosquitto", folder: folder)
        self.folder = folder
    }

    /// One that may be killed; `end` stops it.
    static func own() async throws -> Broker {
        let broker = Broker(folder: "\(shared.folder)/own-\(UUID().uuidString)")
        try await broker.start()
        return broker
    }

    func start() async throws { try await server.run("start") }
    func kill() async throws { try await server.run("kill") }

    var authorities: String { "\(folder)/ca.pem" }

    func port(_ listener: String = "") async throws -> Int {
        Int(try await server.exported("MASKWATCH_TEST_MOSQUITTO_\(listener)PORT")) ?? 0
    }

    func password() async throws -> String { try await server.exported("MASKWATCH_TEST_MOSQUITTO_PASSWORD") }
}

/// A channel on a broker, with topics that no other test uses.
struct Home {
    let topic = "masks/\(UUID().uuidString)"
    let discovery = "home/\(UUID().uuidString)"
    let port: Int

    func channel(host: String = "127.0.0.1", password: String? = nil, usesTLS: Bool = false) -> Channel {
        var settings = ChannelSettings(values: [
            "host": .text(host), "port": .number(port), "tls": .flag(usesTLS), "topic": .text(topic),
            "discovery_topic": .text(discovery),
        ])
        if let password {
            settings.values["username"] = .text("maskwatch")
            settings.secrets["password"] = Secret(password)
        }
        return Channel(name: "home", kind: .mqtt, settings: settings)
    }

    /// Says something to everybody, by mosquitto_pub.
    func say(_ topic: String, _ payload: String, isRetained: Bool = false) async throws {
        let port = port
        try await offPool {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/mosquitto_pub")
            process.arguments =
                ["-p", String(port), "-q", "1", "-t", topic, "-m", payload] + (isRetained ? ["-r"] : [])
            try process.run()
            process.waitUntilExit()
        }
    }
}

/// Whoever reads all topics of a home, by mosquitto_sub: a client that is not ours.
final class Listener: Sendable {
    struct Message: Sendable {
        let topic: String
        let wasKept: Bool
        let payload: Data

        var text: String { String(decoding: payload, as: UTF8.self) }
    }

    private let process = Process()
    private let output = Mutex(Data())

    /// Returns once the broker has told it something: `greeting` is on a topic of its own.
    init(_ home: Home) async throws {
        let greeting = "\(home.topic)/greeting"
        process.executableURL = URL(filePath: "/usr/bin/mosquitto_sub")
        // %x is the payload in hexadecimal, so that a picture is one word too.
        process.arguments = [
            "-p", String(home.port), "-t", "\(home.topic)/#", "-t", "\(home.discovery)/#", "-q", "1", "-F", "%t %r %x",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            // Empty is the end of the pipe: a handler that stays is called again and again.
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.output.withLock { $0 += data }
        }
        try process.run()
        _ = try await eventually {
            try await home.say(greeting, "hello")
            return !self.messages(greeting).isEmpty
        }
    }

    // Not SIGTERM, which a child of a dispatch thread has blocked: it would outlive the tests and hold their output open.
    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var all: [Message] {
        String(decoding: output.withLock { $0 }, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count >= 2 else { return nil }
            return Message(
                topic: String(words[0]), wasKept: words[1] == "1",
                payload: words.count > 2 ? Self.bytes(words[2]) : Data())
        }
    }

    func messages(_ topic: String) -> [Message] { all.filter { $0.topic == topic } }
    func texts(_ topic: String) -> [String] { messages(topic).map(\.text) }

    private static func bytes(_ hexadecimal: Substring) -> Data {
        var bytes = Data()
        var rest = hexadecimal
        while rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
