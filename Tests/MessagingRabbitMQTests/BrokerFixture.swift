import Foundation
import Logging
import Messaging
import MessagingRabbitMQ
import ServiceLifecycle
import TestSupport

/// A connection to a real broker, and queues of this test alone.
enum BrokerFixture {
    static let variable = "MASKWATCH_TEST_RABBITMQ_URL"
    static var url: String { IntegrationServer.value(variable) }

    static var limits: QueueLimits {
        var limits = QueueLimits()
        limits.messages = WorkQueueContract.capacity
        limits.attempts = WorkQueueContract.attempts
        return limits
    }

    static var impatient: RabbitMQ.Options {
        var options = RabbitMQ.Options()
        options.backOff = RetryPolicy(initial: .milliseconds(100), maximum: .milliseconds(500))
        options.publishTimeout = .seconds(60)
        return options
    }

    static func name(_ word: String = "test") -> String { "\(word)-\(UUID().uuidString.lowercased())" }

    /// Opens, runs, closes.
    static func withBroker<Result>(
        url: String = Self.url, options: RabbitMQ.Options = impatient, logger: Logger = .silent,
        _ body: (RabbitMQ) async throws -> Result
    ) async throws -> Result {
        let broker = try RabbitMQ.open(url: url, options: options, logger: logger)
        do {
            let result = try await body(broker)
            await broker.close()
            return result
        } catch {
            await broker.close()
            throw error
        }
    }

    static func message(_ number: Int) -> QueueMessage {
        QueueMessage(id: "message-\(number)", body: Data("{\"number\":\(number)}".utf8))
    }
}
