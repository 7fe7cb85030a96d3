import Domain
import Foundation
import Messaging
import ObjectStorage
import Synchronization

/// How a part behaves that is sometimes away.
enum Behaviour {
    case works, fails
    /// Does not answer before the caller gives up.
    case hangs

    func pass() async throws {
        switch self {
        case .works: return
        case .fails: throw ObjectStoreError(.unavailable, "away")
        case .hangs: try await Task.sleep(for: .seconds(3600))
        }
    }
}

/// A real store that can be away.
final class UnreliableStore: ObjectStore {
    private let store: any ObjectStore
    private let behaviour = Mutex(Behaviour.works)
    private let puts = Mutex((now: 0, most: 0))

    init(_ store: any ObjectStore) { self.store = store }

    func become(_ new: Behaviour) { behaviour.withLock { $0 = new } }

    /// The most pictures that were on their way at the same time.
    var mostPuts: Int { puts.withLock { $0.most } }

    private func pass() async throws { try await behaviour.withLock { $0 }.pass() }

    func put(_ data: Data, at key: ObjectKey) async throws {
        puts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { puts.withLock { $0.now -= 1 } }
        try await pass()
        try await store.put(data, at: key)
    }

    func get(_ key: ObjectKey, limit: Int) async throws -> Data {
        try await pass()
        return try await store.get(key, limit: limit)
    }

    func head(_ key: ObjectKey) async throws -> ObjectInformation? {
        try await pass()
        return try await store.head(key)
    }

    func delete(_ keys: [ObjectKey]) async throws {
        try await pass()
        try await store.delete(keys)
    }

    func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation] {
        try await pass()
        return try await store.list(prefix: prefix, after: after, limit: limit)
    }

    func usage() async throws -> StorageUsage { try await store.usage() }
}

/// A real queue whose publishing can fail.
final class UnreliableQueue: WorkQueue {
    private let queue: any WorkQueue
    private let isAway = Atomic(false)

    init(_ queue: any WorkQueue) { self.queue = queue }

    func setAway(_ away: Bool) { isAway.store(away, ordering: .relaxed) }

    var name: String { queue.name }

    func publish(_ message: QueueMessage) async throws {
        if isAway.load(ordering: .relaxed) { throw QueueError(.unavailable, "away") }
        try await queue.publish(message)
    }

    func receive(atMost maximum: Int, wait: Duration) async throws -> [Delivery] {
        try await queue.receive(atMost: maximum, wait: wait)
    }

    func acknowledge(_ delivery: Delivery) async throws { try await queue.acknowledge(delivery) }

    func retry(_ delivery: Delivery, after delay: Duration, reason: DeadLetter.Reason) async throws {
        try await queue.retry(delivery, after: delay, reason: reason)
    }

    func deadLetter(_ delivery: Delivery, reason: DeadLetter.Reason) async throws {
        try await queue.deadLetter(delivery, reason: reason)
    }

    func release(_ delivery: Delivery) async throws { try await queue.release(delivery) }
    func depth() async throws -> QueueDepth { try await queue.depth() }
    func totals() async throws -> QueueTotals? { try await queue.totals() }
    func deadLetters(limit: Int) async throws -> [DeadLetter] { try await queue.deadLetters(limit: limit) }
    func revive(_ messageID: String) async throws -> Bool { try await queue.revive(messageID) }
}
