import Foundation
import Logging
import Messaging
import MessagingRabbitMQ
import TestSupport
import Testing

/// A server that speaks AMQP wrongly: no broker can be told to do so.
@Suite("A broker that speaks nonsense")
struct FakeBrokerTests {
    /// AMQP 0-9-1 frames, as section 4.2.3 of its specification has them.
    private static func frame(
        _ type: UInt8, channel: UInt16 = 0, size: UInt32? = nil, end: UInt8 = 0xCE, _ payload: [UInt8]
    ) -> Data {
        var bytes: [UInt8] = [type, UInt8(channel >> 8), UInt8(channel & 255)]
        let size = size ?? UInt32(payload.count)
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
        return Data(bytes + payload + [end])
    }

    /// connection.start with no server properties, PLAIN and en_US.
    private static let start: [UInt8] =
        [0, 10, 0, 10, 0, 9, 0, 0, 0, 0, 0, 0, 0, 5] + Array("PLAIN".utf8) + [0, 0, 0, 5] + Array("en_US".utf8)
    /// connection.tune: no limit on channels, frames of 128 kB, a heartbeat of ten seconds.
    private static let tune: [UInt8] = [0, 10, 0, 30, 0, 0, 0, 2, 0, 0, 0, 10]
    private static let openOK: [UInt8] = [0, 10, 0, 41, 0]

    enum Nonsense: CaseIterable {
        case amqp10, text, nothing, wrongFrameEnd, hugeFrame, halfHandshake, unknownMethod, bodyOfNothing

        var bytes: Data {
            switch self {
            case .amqp10: Data("AMQP".utf8 + [0, 1, 0, 0])
            case .text: Data("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
            case .nothing: Data()
            case .wrongFrameEnd: FakeBrokerTests.frame(1, end: 0, FakeBrokerTests.start)
            case .hugeFrame: FakeBrokerTests.frame(1, size: 0x7fff_ffff, FakeBrokerTests.start)
            case .halfHandshake: FakeBrokerTests.frame(1, FakeBrokerTests.start).prefix(20)
            case .unknownMethod: FakeBrokerTests.frame(1, [0, 99, 0, 99, 1, 2, 3])
            case .bodyOfNothing: Data()
            }
        }
    }

    @Test("is left with a reason, tried again, and harms nobody", arguments: Nonsense.allCases)
    func nonsense(_ nonsense: Nonsense) async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.read()
            guard nonsense == .bodyOfNothing else { return try connection.write(nonsense.bytes) }
            try connection.write(Self.frame(1, Self.start))
            _ = try connection.read()
            try connection.write(Self.frame(1, Self.tune))
            _ = try connection.read()
            try connection.write(Self.frame(1, Self.openOK))
            try connection.write(Self.frame(3, channel: 1, [1, 2, 3]))
            while try connection.read() != nil {}
        }
        let log = RecordingLog()
        let url = "amqp://user:s3cr3t-CANARY@127.0.0.1:\(server.port)/v"
        try await BrokerFixture.withBroker(url: url, logger: Logger(label: "test", handler: log)) { broker in
            #expect(await eventually { log.count(of: "no connection to the broker") >= 6 })
            #expect(broker.health.publishing != nil)
            #expect(!log.entries.contains { "\($0.metadata)".contains("CANARY") })
        }
    }
}
