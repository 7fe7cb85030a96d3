import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import MessagingRabbitMQ

@Suite(
    "A link to the broker",
    .enabled(if: IntegrationServer.has(BrokerFixture.variable), "no RabbitMQ: scripts/integration starts one"))
struct BrokerLinkIntegrationTests {
    @Test("answers every command, also those behind one on which the connection breaks")
    func behindFailure() async throws {
        let retry = RetryPolicy(initial: .milliseconds(100), maximum: .milliseconds(500))
        let link = try BrokerLink("test", BrokerAddress(BrokerFixture.url), backOff: retry, logger: .silent) {
            SilentSession()
        }
        let order = Mutex<[Int]>([])
        // On the link's thread, so that the three that it leaves are taken together.
        link.submit { _, _ in
            link.submit { _, _ in throw BrokerError.connection("broken by the test") }
            for number in 1...2 { link.submit { _, _ in order.withLock { $0.append(number) } } }
        }
        #expect(await eventually { order.withLock { $0 == [1, 2] } })
        await link.close()
    }
}

private final class SilentSession: LinkSession {
    func connected(_ connection: BrokerConnection) {}
    func handle(_ event: BrokerEvent, _ connection: BrokerConnection) {}
    func tick(_ connection: BrokerConnection?) {}
    func disconnected(_ error: BrokerError) {}
    func closed() {}
}
