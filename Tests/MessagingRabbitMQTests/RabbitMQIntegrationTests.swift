import Domain
import Foundation
import Logging
import Messaging
import MessagingRabbitMQ
import TestSupport
import Testing

@Suite("The work queue at RabbitMQ", .enabled(if: IntegrationServer.has(BrokerFixture.variable)))
struct RabbitMQIntegrationTests {
    @Test("keeps the contract of every work queue, but knows no waiting message and counts about")
    func contract() async throws {
        var options = BrokerFixture.impatient
        options.prefetch = 6
        try await BrokerFixture.withBroker(options: options) { broker in
            let name = BrokerFixture.name()
            let queue = broker.queue(name, limits: BrokerFixture.limits)
            try await WorkQueueContract(queue: queue, abilities: []).check()
            try await broker.delete(name)
        }
    }

    @Test("serves many processes: what one publishes, another receives once")
    func twoProcesses() async throws {
        let name = BrokerFixture.name()
        try await BrokerFixture.withBroker { first in
            try await BrokerFixture.withBroker { second in
                let (source, sink) = (first.queue(name), second.queue(name))
                try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask { try await source.publish(BrokerFixture.message(number)) }
                    }
                    try await group.waitForAll()
                }
                var ids: Set<String> = []
                while ids.count < 200 {
                    let deliveries = try await sink.receive(atMost: 50, wait: .seconds(20))
                    try #require(!deliveries.isEmpty)
                    for delivery in deliveries {
                        #expect(ids.insert(delivery.id).inserted)
                        try await sink.acknowledge(delivery)
                    }
                }
            }
        }
    }

    @Test("gives what a receiver held to another one when its connection ends, alone and counted")
    func receiverDies() async throws {
        let name = BrokerFixture.name()
        try await BrokerFixture.withBroker { broker in
            let queue = broker.queue(name, limits: BrokerFixture.limits)
            for number in 0..<3 { try await queue.publish(BrokerFixture.message(number)) }
            try await BrokerFixture.withBroker { dying in
                let doomed = dying.queue(name, limits: BrokerFixture.limits)
                let held = try await doomed.receive(atMost: 1, wait: .seconds(20))
                #expect(held.map(\.attempt) == [1])
            }
            let again = try await queue.receive(atMost: 3, wait: .seconds(20))
            #expect(again.map(\.id) == ["message-0"])
            #expect(again.map(\.attempt) == [2])
        }
    }

    @Test("buries a message whose receivers always die, and none of its neighbours")
    func poison() async throws {
        let name = BrokerFixture.name()
        try await BrokerFixture.withBroker { broker in
            let queue = broker.queue(name, limits: BrokerFixture.limits)
            for number in 0..<5 { try await queue.publish(BrokerFixture.message(number)) }
            var done: [String] = []
            var deaths = 0
            while done.count < 4 || deaths < WorkQueueContract.attempts {
                try #require(deaths <= WorkQueueContract.attempts)
                let worker = try await Self.work(at: name, until: "message-0")
                done += worker.done
                deaths += worker.died ? 1 : 0
            }
            #expect(done.sorted() == (1..<5).map { "message-\($0)" })
            #expect(deaths == WorkQueueContract.attempts)
            #expect(try await queue.receive(atMost: 1, wait: .milliseconds(500)).isEmpty)
            let letters = try await queue.deadLetters(limit: 10)
            #expect(letters.map(\.id) == ["message-0"])
            #expect(letters.first?.reason.code == "attempts")
        }
    }

    /// A process that dies when it gets the poison.
    private static func work(
        at name: String, until poison: String
    ) async throws -> (done: [String], died: Bool) {
        try await BrokerFixture.withBroker { broker in
            let queue = broker.queue(name, limits: BrokerFixture.limits)
            var done: [String] = []
            while true {
                let deliveries = try await queue.receive(atMost: 5, wait: .seconds(2))
                guard !deliveries.isEmpty else { return (done, false) }
                for delivery in deliveries {
                    guard delivery.id != poison else { return (done, true) }
                    try await queue.acknowledge(delivery)
                    done.append(delivery.id)
                }
            }
        }
    }

    @Test("tells every listener of every process of a change")
    func changes() async throws {
        try await BrokerFixture.withBroker { first in
            try await BrokerFixture.withBroker { second in
                var heard = second.broadcast.subscribe().makeAsyncIterator()
                let teller = Task {
                    while !Task.isCancelled {
                        await first.broadcast.publish(.rules)
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                }
                #expect(await heard.next() == .rules)
                teller.cancel()
            }
        }
    }

    @Test("connects with TLS to a server whose authority it was given, and to no other")
    func tls() async throws {
        let url = IntegrationServer.value("MASKWATCH_TEST_RABBITMQ_TLS_URL")
        let authority = IntegrationServer.value("MASKWATCH_TEST_RABBITMQ_FOLDER") + "/ca.pem"
        try await BrokerFixture.withBroker(url: "\(url)?cacertfile=\(authority)") { broker in
            let queue = broker.queue(BrokerFixture.name())
            try await queue.publish(BrokerFixture.message(1))
            #expect(try await queue.receive(atMost: 1, wait: .seconds(20)).count == 1)
        }
        try await BrokerFixture.withBroker(url: url) { broker in
            #expect(await eventually { broker.health.publishing?.contains("cert verification failed") ?? false })
        }
        let byAddress = url.replacing("localhost", with: "127.0.0.1")
        try await BrokerFixture.withBroker(url: "\(byAddress)?cacertfile=\(authority)") { broker in
            #expect(await eventually { broker.health.publishing?.contains("hostname verification") ?? false })
        }
    }
}
