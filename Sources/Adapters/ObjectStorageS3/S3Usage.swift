import Foundation
import ObjectStorage
import Synchronization

/// How many bytes the bucket holds. The protocol does not tell, so they are counted, some pages with each question; what
/// this process stores and deletes meanwhile is added and taken off.
final class S3Usage: Sendable {
    private struct State {
        var objects = 0
        var bytes = 0
        var countedAt: Date?
        var count: Count?
        var isCounting = false
    }

    /// A count on its way.
    private struct Count {
        var position: String?
        var objects = 0
        var bytes = 0
    }

    private let state = Mutex(State())
    private let quota: Int
    private let now: @Sendable () -> Date

    /// Pages of 1000 objects that one question may cost.
    private static let pagesAtATime = 20
    /// Seconds for which a count is good enough.
    private static let life = 600.0

    init(quota: Int, now: @escaping @Sendable () -> Date) {
        self.quota = quota
        self.now = now
    }

    /// Before the first count is complete, what it has found so far.
    var current: StorageUsage {
        state.withLock { state in
            let used = state.countedAt == nil ? max(state.bytes, state.count?.bytes ?? 0) : state.bytes
            return StorageUsage(usedBytes: used, freeBytes: max(0, quota - used))
        }
    }

    func added(_ bytes: Int) {
        state.withLock { state in
            state.objects += 1
            state.bytes += bytes
        }
    }

    /// Deleted objects are taken to be of average size: asking for each would cost more than the next count.
    func removed(_ count: Int) {
        state.withLock { state in
            guard state.objects > 0 else { return }
            let gone = min(count, state.objects)
            state.bytes -= Int(Double(state.bytes) / Double(state.objects) * Double(gone))
            state.objects -= gone
        }
    }

    /// Goes on with a count, or begins one if the last is too old. One question at a time counts.
    func count(_ page: (_ after: String?) async throws -> S3Page) async throws {
        guard var count = begin() else { return }
        defer { state.withLock { $0.isCounting = false } }
        for _ in 0..<Self.pagesAtATime {
            let page = try await page(count.position)
            count.objects += page.objects.count
            count.bytes += page.objects.reduce(0) { $0 + $1.bytes }
            count.position = page.next
            guard page.next != nil else { return finish(count) }
        }
        state.withLock { $0.count = count }
    }

    private func begin() -> Count? {
        state.withLock { state in
            let isFresh = state.countedAt.map { now().timeIntervalSince($0) < Self.life } ?? false
            guard !state.isCounting, state.count != nil || !isFresh else { return nil }
            state.isCounting = true
            return state.count ?? Count()
        }
    }

    private func finish(_ count: Count) {
        state.withLock { state in
            state.objects = count.objects
            state.bytes = count.bytes
            state.countedAt = now()
            state.count = nil
        }
    }
}
