import Foundation
import Messaging
import MessagingSQLite
import TestSupport
import Testing

@Suite("The work queue in SQLite")
struct SQLiteWorkQueueTests {
    private let scratch: ScratchDirectory
    private static let reason = DeadLetter.Reason(code: "test", message: "A test asked for it.")

    init() throws { scratch = try ScratchDirectory() }

    private func open(now: @escaping @Sendable () -> Date = { Date() }) async throws -> QueueDatabase {
        try await QueueDatabase.open(path: scratch.path("queue.sqlite"), now: now)
    }

    private static func limits() -> QueueLimits {
        var limits = QueueLimits()
        limits.messages = WorkQueueContract.capacity
        limits.attempts = WorkQueueContract.attempts
        return limits
    }

    @Test("keeps the contract of every work queue")
    func contract() async throws {
        try await WorkQueueContract(queue: try await open().queue("snapshots", limits: Self.limits())).check()
    }

    @Test("refuses a second process with one sentence")
    func oneProcess() async throws {
        let first = try await open()
        await #expect {
            _ = try await open()
        } throws: { error in
            let error = error as? QueueError
            return error?.code == .unavailable && error?.message.contains("in use by another process") == true
        }
        _ = try await first.queue("snapshots")
    }
}
