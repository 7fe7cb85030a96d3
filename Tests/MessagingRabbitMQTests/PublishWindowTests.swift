import Foundation
import Messaging
import Synchronization
import Testing

@testable import MessagingRabbitMQ

@Suite("The window of messages that are not confirmed yet")
struct PublishWindowTests {
    private static let start = ContinuousClock.now

    private func entry(_ id: String, seconds: Int = 10) -> PublishWindow.Entry {
        PublishWindow.Entry(
            queue: "work", message: BrokerMessage(id: id, body: Data()), deadline: Self.start + .seconds(seconds),
            completion: { _ in })
    }

    private func window(_ ids: [String], width: Int = 2) -> PublishWindow {
        var window = PublishWindow(width: width)
        for id in ids { window.add(entry(id)) }
        return window
    }

    @Test("lets as many out as it is wide, numbered from one")
    func width() {
        var window = window(["a", "b", "c"])
        let sent = window.takeSendable()
        #expect(sent.map(\.tag) == [1, 2])
        #expect(sent.map(\.entry.message.id) == ["a", "b"])
        #expect(window.takeSendable().isEmpty)
        #expect(window.confirm(1, multiple: false).map(\.message.id) == ["a"])
        #expect(window.takeSendable().map(\.tag) == [3])
    }

    @Test("settles everything up to a number that is confirmed for many")
    func multiple() {
        var window = window(["a", "b", "c"], width: 3)
        _ = window.takeSendable()
        #expect(window.confirm(2, multiple: true).map(\.message.id) == ["a", "b"])
        #expect(window.confirm(2, multiple: true).isEmpty)
        #expect(window.confirm(UInt64.max, multiple: false).isEmpty)
        #expect(window.confirm(3, multiple: false).map(\.message.id) == ["c"])
    }

    @Test("sends again what was not confirmed, first and in order")
    func restart() {
        var window = window(["a", "b", "c", "d"])
        _ = window.takeSendable()
        _ = window.confirm(1, multiple: false)
        window.restart()
        let sent = window.takeSendable()
        #expect(sent.map(\.entry.message.id) == ["b", "c"])
        #expect(sent.map(\.tag) == [1, 2])
    }

    @Test("gives up what is late, wherever it is")
    func expiry() {
        var window = PublishWindow(width: 1)
        window.add(entry("late", seconds: 1))
        window.add(entry("later", seconds: 2))
        window.add(entry("in time", seconds: 9))
        _ = window.takeSendable()
        #expect(window.expire(at: Self.start + .seconds(5)).map(\.message.id) == ["late", "later"])
        #expect(window.confirm(1, multiple: false).isEmpty)
        #expect(window.takeSendable().map(\.entry.message.id) == ["in time"])
    }

    @Test("keeps a message that came back until its queue was declared again")
    func returned() throws {
        var window = window(["a"])
        _ = window.takeSendable()
        window.markReturned(1, as: "NO_ROUTE (312)")
        let entry = try #require(window.confirm(1, multiple: false).first)
        #expect(entry.returnedAs == "NO_ROUTE (312)")
        window.park(entry)
        #expect(window.missingQueues == ["work"])
        #expect(window.takeSendable().isEmpty)
        window.unpark()
        let again = try #require(window.takeSendable().first?.entry)
        #expect(again.returnedAs == nil)
    }
}
