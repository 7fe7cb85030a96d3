import Foundation
import Messaging
import TestSupport
import Testing

@testable import MessagingRabbitMQ

@Suite("What others do at the broker", .enabled(if: IntegrationServer.has(BrokerFixture.variable)))
struct ForeignMessageIntegrationTests {
    /// Publishes past the adapter, as any program may.
    private static func publish(_ messages: [BrokerMessage], to queue: String) async throws {
        try await offPool {
            let connection = try BrokerConnection(try BrokerAddress(BrokerFixture.url), name: "stranger")
            try connection.openChannel(1)
            try connection.selectConfirms(1)
            for message in messages {
                try connection.publish(1, key: queue, message)
                _ = try connection.next(waiting: 20)
            }
            connection.close()
        }
    }

    @Test("a message that is too large becomes a dead letter with the reason, and the next one is received")
    func tooLarge() async throws {
        try await BrokerFixture.withBroker { broker in
            let name = BrokerFixture.name()
            let queue = broker.queue(name, limits: BrokerFixture.limits)
            try await queue.publish(BrokerFixture.message(1))
            try await Self.publish([BrokerMessage(id: "huge", body: Data(count: 10 << 20))], to: name)
            try await queue.publish(BrokerFixture.message(2))
            for number in 1...2 {
                let delivery = try #require(try await queue.receive(atMost: 1, wait: .seconds(20)).first)
                #expect(delivery.id == "message-\(number)")
                try await queue.acknowledge(delivery)
            }
            #expect(try await eventually { try await queue.depth().dead == 1 })
            let letter = try #require(try await queue.deadLetters(limit: 1).first)
            #expect(letter.id == "huge")
            #expect(letter.reason.code == "message_invalid")
            #expect(letter.reason.message.contains("10485760 bytes"))
            try await broker.delete(name)
        }
    }

    @Test("a message that is not ours is received as it is, and can be buried and revived by the name it gets")
    func notOurs() async throws {
        try await BrokerFixture.withBroker { broker in
            let name = BrokerFixture.name()
            let queue = broker.queue(name, limits: BrokerFixture.limits)
            try await queue.publish(BrokerFixture.message(1))
            try await queue.acknowledge(try #require(try await queue.receive(atMost: 1, wait: .seconds(20)).first))
            let odd: [String: FieldValue] = [
                Header.attempts: .text("many"), Header.published: .text("today"), "x-other": .table(["a": .integer(1)]),
            ]
            try await Self.publish([BrokerMessage(id: "", body: Data("not JSON".utf8), headers: odd)], to: name)
            let delivery = try #require(try await queue.receive(atMost: 1, wait: .seconds(20)).first)
            #expect(delivery.attempt == 1)
            #expect(delivery.body == Data("not JSON".utf8))
            try await queue.deadLetter(delivery, reason: .init(code: "message_invalid", message: "It is not JSON."))
            #expect(try await queue.deadLetters(limit: 1).map(\.id) == [delivery.id])
            #expect(try await queue.revive(delivery.id))
            #expect(try await queue.receive(atMost: 1, wait: .seconds(20)).map(\.id) == [delivery.id])
            try await broker.delete(name)
        }
    }

    @Test("a role may do its part and nothing else")
    func permissions() async throws {
        let server = IntegrationServer("rabbitmq", folder: IntegrationServer.value("MASKWATCH_TEST_RABBITMQ_FOLDER"))
        let name = BrokerFixture.name()
        let user = BrokerFixture.name("grabber")
        try await server.run("ctl", "add_user", user, "s3cr3t-CANARY")
        try await server.run(
            "ctl", "set_permissions", "-p", "maskwatch", user, "^$", "^(amq\\.default|changes)$", "^$")
        var parts = try #require(URLComponents(string: BrokerFixture.url))
        (parts.user, parts.password) = (user, "s3cr3t-CANARY")
        let url = try #require(parts.string)
        try await BrokerFixture.withBroker { broker in
            let all = broker.queue(name, limits: BrokerFixture.limits)
            try await all.publish(BrokerFixture.message(1))
            try await BrokerFixture.withBroker(url: url) { limited in
                let queue = limited.queue(name, limits: BrokerFixture.limits)
                try await queue.publish(BrokerFixture.message(2))
                await #expect { try await queue.receive(atMost: 1, wait: .seconds(2)) } throws: { error in
                    "\(error)".contains("ACCESS_REFUSED") && !"\(error)".contains("CANARY")
                }
            }
            #expect(try await eventually { try await all.depth().ready == 2 })
            try await broker.delete(name)
        }
        try await server.run("ctl", "delete_user", user)
    }
}
