package import Domain
package import Foundation
package import Logging
package import ObjectStorage
package import Persistence
import ServiceLifecycle
import Synchronization

/// What is kept, and for how long.
package struct RetentionPolicy: Sendable {
    /// Age in seconds after which pictures and observations go.
    package var age: Double
    /// Most bytes of pictures; above it the oldest go first, down to nine tenths of it.
    package var quota: Int
    /// Age in seconds after which a picture that nothing knows of goes.
    package var orphanAge: Double

    /// Ages in seconds after which statistics go; an interval that is missing stays.
    package var statisticsAge: [StatisticsInterval: Double] = [.minute: 7 * day, .hour: 90 * day, .day: 3650 * day]
    /// Age in seconds after which closed incidents go.
    package var incidentAge = 365 * day
    /// Age in seconds after which messages that were delivered or given up go.
    package var notificationAge = 30 * day

    private static let day = 86_400.0

    /// Days after which the store may delete pictures by itself: long after retention has, open incidents considered.
    var backstopDays: Int { Int((age / Self.day).rounded(.up)) + 90 }

    package init(age: Double, quota: Int, orphanAge: Double = 86_400) {
        self.age = age
        self.quota = quota
        self.orphanAge = orphanAge
    }

    /// Seconds for which a picture stays even when there is no room.
    static let minimumAge = 60.0

    /// What the grabbers may still store before the store refuses them.
    private var reserve: Int { min(quota / 20, 128 << 20) }

    func needsRoom(_ usage: StorageUsage) -> Bool { usage.usedBytes > quota || usage.freeBytes < reserve }

    /// Enough that the next need is some time away.
    func hasRoom(_ usage: StorageUsage) -> Bool {
        usage.usedBytes <= quota / 10 * 9 && usage.freeBytes >= reserve + reserve / 4
    }

    func history(at now: Date) -> HistoryLimits {
        HistoryLimits(
            statistics: statisticsAge.mapValues { now.addingTimeInterval(-$0) },
            incidents: now.addingTimeInterval(-incidentAge), notifications: now.addingTimeInterval(-notificationAge))
    }
}

/// Deletes what is old: rows first, then the pictures that no row needs any more, so that a crash in between leaves a
/// picture without a row and never a row without its picture. The evidence of open incidents stays.
package final class RetentionService: Service {
    package let name = "retention"

    private static let page = 200
    private static let pagesARound = 10

    private let observations: any ObservationRepository
    private let store: any ObjectStore
    private let policy: RetentionPolicy
    private let interval: Duration
    private let logger: Logger
    private let now: @Sendable () -> Date
    /// Where the search for orphans goes on; nil at the beginning.
    private let orphanCursor = Mutex<ObjectKey?>(nil)
    private let hasBackstop = Mutex(false)

    package init(
        observations: any ObservationRepository, store: any ObjectStore, policy: RetentionPolicy,
        interval: Duration = .seconds(60), logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.observations = observations
        self.store = store
        self.policy = policy
        self.interval = interval
        self.logger = logger.labelled("retention")
        self.now = now
    }

    package func run() async throws {
        while !Task.isCancelled {
            await sweep()
            try? await Task.sleep(for: interval)
        }
    }

    /// One round: pictures by age, by quota, orphans, then history.
    package func sweep() async {
        await attempt { try await setBackstop() }
        await attempt { try await expireOld() }
        await attempt { try await makeRoom() }
        await attempt { try await deleteOrphans() }
        await attempt { try await observations.expireHistory(policy.history(at: now())) }
    }

    /// A step that fails does not keep the others from their work; it comes again with the next round.
    private func attempt(_ step: () async throws -> Void) async {
        do { try await step() } catch { logger.warning("retention will try again", [.error: "\(error)"]) }
    }

    /// Once; a store that is away is asked again with the next round.
    private func setBackstop() async throws {
        guard !hasBackstop.withLock({ $0 }) else { return }
        let days = policy.backstopDays
        switch try await store.setBackstop(days: days) {
        case .set: logger.notice("the store deletes pictures by itself after so many days", [.count: String(days)])
        case .leftToOwner: logger.notice("the bucket has rules of its own for old objects: they are left alone")
        case .notAllowed: logger.notice("the store does not let us set a rule for old pictures; retention deletes them")
        case .unchanged, .unsupported: break
        }
        hasBackstop.withLock { $0 = true }
    }

    private func expireOld() async throws {
        let limit = now().addingTimeInterval(-policy.age)
        while try await expire(before: limit) == Self.page, !Task.isCancelled {}
    }

    /// The oldest pictures go when the quota is used up, or the disk, whoever filled it.
    private func makeRoom() async throws {
        guard policy.needsRoom(try await store.usage()) else { return }
        logger.notice("the room for pictures is used up, deleting the oldest", [.bytes: "\(policy.quota)"])
        while !policy.hasRoom(try await store.usage()), !Task.isCancelled {
            let limit = now().addingTimeInterval(-RetentionPolicy.minimumAge)
            guard try await expire(before: limit) > 0 else { return }
        }
    }

    private func expire(before limit: Date) async throws -> Int {
        let keys = try await observations.expire(before: limit, limit: Self.page)
        try await store.delete(keys)
        return keys.count
    }

    /// Pictures of failed or expired jobs, and those a crash left behind: a few pages a round, so that a large store is
    /// walked in the course of hours.
    private func deleteOrphans() async throws {
        let limit = now().addingTimeInterval(-policy.orphanAge)
        for _ in 0..<Self.pagesARound {
            let start = orphanCursor.withLock { $0 }
            let objects = try await store.list(prefix: ObjectKey.snapshotFolder, after: start, limit: Self.page)
            try await store.delete(try await unknownKeys(among: objects.filter { $0.modifiedAt < limit }))
            orphanCursor.withLock { $0 = objects.last?.key }
            if objects.isEmpty || Task.isCancelled { return }
        }
    }

    private func unknownKeys(among objects: [ObjectInformation]) async throws -> [ObjectKey] {
        let snapshots = objects.compactMap { object in object.key.snapshotID.map { (id: $0, key: object.key) } }
        let recorded = try await observations.recorded(among: snapshots.map(\.id))
        return snapshots.filter { !recorded.contains($0.id) }.map(\.key)
    }
}
