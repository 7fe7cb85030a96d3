import Foundation
import Logging
import Messaging
import MessagingRabbitMQ
import Synchronization
import TestSupport
import Testing

/// A broker of these tests alone, because they do harm to it.
@Suite("A RabbitMQ in trouble", .serialized, .enabled(if: IntegrationServer.has(BrokerFixture.variable)))
struct BrokerFaultIntegrationTests {
    private static func withServer(_ body: (IntegrationServer, String) async throws -> Void) async throws {
        let common = IntegrationServer.value("MASKWATCH_TEST_RABBITMQ_FOLDER")
        let folder = "\(common)-faults-\(UUID().uuidString.prefix(8))"
        let server = IntegrationServer("rabbitmq", folder: folder)
        try await server.run("start")
        let result: Result<Void, any Error>
        do { result = .success(try await body(server, server.exported(BrokerFixture.variable))) } catch {
            result = .failure(error)
        }
        try await server.run("stop")
        try? FileManager.default.removeItem(atPath: folder)
        try result.get()
    }

    private static func receiveAll(_ queue: RabbitMQWorkQueue, until count: Int) async throws -> Set<String> {
        var ids: Set<String> = []
        while ids.count < count {
            let deliveries = try? await queue.receive(atMost: 50, wait: .seconds(60))
            try #require(deliveries?.isEmpty != true, "\(ids.count) of \(count) arrived")
            for delivery in deliveries ?? [] {
                ids.insert(delivery.id)
                try await queue.acknowledge(delivery)
            }
        }
        return ids
    }

    /// Eight publishers, each with one message after the other, until the numbers end.
    private static func publish(_ numbers: Numbers, to queue: RabbitMQWorkQueue) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    while let number = numbers.next() { try await queue.publish(BrokerFixture.message(number)) }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("that is killed and comes back loses nothing: publishers send again, receivers go on")
    func killed() async throws {
        try await Self.withServer { server, url in
            try await BrokerFixture.withBroker(url: url) { broker in
                let queue = broker.queue("work")
                let numbers = Numbers()
                let publishing = Task { try await Self.publish(numbers, to: queue) }
                #expect(await eventually { numbers.count > 100 })
                try await server.run("kill")
                #expect(await eventually { broker.health.publishing != nil && broker.health.consuming != nil })
                try await server.run("start")
                numbers.finish()
                try await publishing.value
                let ids = try await Self.receiveAll(queue, until: numbers.count)
                #expect(ids == Set((1...numbers.count).map { "message-\($0)" }))
                #expect(broker.health.isWell)
            }
        }
    }

    @Test("that stays away is told to publishers and receivers in a sentence")
    func away() async throws {
        var options = BrokerFixture.impatient
        options.publishTimeout = .milliseconds(300)
        try await BrokerFixture.withBroker(url: "amqp://user:s3cr3t-CANARY@127.0.0.1:1/x", options: options) { broker in
            let queue = broker.queue("work")
            await #expect { try await queue.publish(BrokerFixture.message(1)) } throws: { error in
                (error as? QueueError)?.code == .unavailable && !"\(error)".contains("CANARY")
            }
            await #expect { try await queue.receive(atMost: 1, wait: .milliseconds(300)) } throws: { error in
                "\(error)".contains("127.0.0.1:1") && !"\(error)".contains("CANARY")
            }
        }
    }

    @Test("that is short of memory or disk takes no messages and says so, while receiving goes on")
    func alarm() async throws {
        try await Self.withServer { server, url in
            var options = BrokerFixture.impatient
            options.publishTimeout = .seconds(2)
            try await BrokerFixture.withBroker(url: url, options: options) { broker in
                let queue = broker.queue("work")
                for number in 0..<3 { try await queue.publish(BrokerFixture.message(number)) }
                try await server.run("ctl", "set_vm_memory_high_watermark", "absolute", "1")
                await #expect { try await queue.publish(BrokerFixture.message(100)) } throws: { error in
                    (error as? QueueError)?.code == .unavailable && "\(error)".contains("low on memory")
                }
                #expect(broker.health.publishing?.contains("low on memory") == true)
                #expect(broker.health.consuming == nil)
                let ids = try await Self.receiveAll(queue, until: 3)
                #expect(ids == ["message-0", "message-1", "message-2"])
                try await server.run("ctl", "set_vm_memory_high_watermark", "0.6")
                #expect(await eventually { broker.health.isWell })
                try await queue.publish(BrokerFixture.message(200))
            }
        }
    }

    @Test("that takes a channel away because an acknowledgement took too long delivers the message once more")
    func acknowledgementTimeout() async throws {
        try await Self.withServer { server, url in
            try await server.run("ctl", "eval", "application:set_env(rabbit, consumer_timeout, 1000).")
            try await server.run("ctl", "eval", "application:set_env(rabbit, channel_tick_interval, 500).")
            try await BrokerFixture.withBroker(url: url) { broker in
                let queue = broker.queue("work")
                try await queue.publish(BrokerFixture.message(1))
                let slow = try #require(try await queue.receive(atMost: 1, wait: .seconds(30)).first)
                let again = try #require(try await queue.receive(atMost: 1, wait: .seconds(60)).first)
                #expect(again.id == slow.id)
                #expect(again.attempt == 2)
                try await queue.acknowledge(slow)
                try await queue.acknowledge(again)
                #expect(try await eventually { try await queue.depth().ready == 0 })
                try await queue.publish(BrokerFixture.message(2))
                #expect(try await queue.receive(atMost: 1, wait: .seconds(30)).map(\.id) == ["message-2"])
            }
        }
    }

    @Test("whose queue is deleted gets it again, for publishers and receivers")
    func deleted() async throws {
        try await Self.withServer { server, url in
            try await BrokerFixture.withBroker(url: url) { broker in
                let queue = broker.queue("work")
                try await queue.publish(BrokerFixture.message(1))
                _ = try await Self.receiveAll(queue, until: 1)
                try await server.run("ctl", "delete_queue", "work", "--vhost", "maskwatch")
                try await queue.publish(BrokerFixture.message(2))
                #expect(try await Self.receiveAll(queue, until: 1) == ["message-2"])
            }
        }
    }

    @Test("whose queue has other arguments says which, tries seldom, and is used once that is mended")
    func otherArguments() async throws {
        try await Self.withServer { server, url in
            try await BrokerFixture.withBroker(url: url) { other in
                let limits = BrokerFixture.limits
                try await other.queue("work", limits: limits).publish(BrokerFixture.message(1))
            }
            let log = RecordingLog()
            let logger = Logger(label: "test", handler: log)
            try await BrokerFixture.withBroker(url: url, logger: logger) { broker in
                let queue = broker.queue("work")
                await #expect { try await queue.receive(atMost: 1, wait: .seconds(2)) } throws: { error in
                    "\(error)".contains("x-max-length") && "\(error)".contains("406")
                }
                #expect(log.count(of: "the queue cannot be read") < 6)
                for queue in ["work", "work.dead"] + [1, 5, 30, 120, 600].map({ "work.retry.\($0)s" }) {
                    try await server.run("ctl", "delete_queue", queue, "--vhost", "maskwatch")
                }
                try await queue.publish(BrokerFixture.message(2))
                #expect(try await Self.receiveAll(queue, until: 1) == ["message-2"])
            }
        }
    }
}

/// Numbers from one on, until somebody ends them.
private final class Numbers: Sendable {
    private let state = Mutex((last: 0, isFinished: false))

    var count: Int { state.withLock { $0.last } }

    func next() -> Int? {
        state.withLock { state in
            guard !state.isFinished else { return nil }
            state.last += 1
            return state.last
        }
    }

    func finish() { state.withLock { $0.isFinished = true } }
}
