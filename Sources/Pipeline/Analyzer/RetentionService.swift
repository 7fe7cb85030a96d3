import Domain
package import Foundation
package import Logging
package import Messaging
package import ObjectStorage
package import Persistence
import ServiceLifecycle

/// What is kept, and for how long.
package struct RetentionPolicy: Sendable {
    /// Age in seconds after which pictures and observations go.
    package var age: Double
    /// Most bytes of pictures; above it the oldest go first, down to nine tenths of it.
    package var quota: Int
    /// Age in seconds after which a picture that nothing knows of goes.
    package var orphanAge: Double

    package init(age: Double, quota: Int, orphanAge: Double = 86_400) {
        self.age = age
        self.quota = quota
        self.orphanAge = orphanAge
    }
}

/// Deletes what is old: rows first, then the pictures that no row needs any more, so that a crash in between leaves a
/// picture without a row and never a row without its picture. The evidence of open incidents stays.
package struct RetentionService: Service {
    package let name = "retention"

    private static let page = 200

    private let observations: any ObservationRepository
    private let store: any ObjectStore
    private let broadcast: any Broadcast
    private let policy: RetentionPolicy
    private let interval: Duration
    private let logger: Logger
    private let now: @Sendable () -> Date

    package init(
        observations: any ObservationRepository, store: any ObjectStore, broadcast: any Broadcast,
        policy: RetentionPolicy, interval: Duration = .seconds(60), logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.observations = observations
        self.store = store
        self.broadcast = broadcast
        self.policy = policy
        self.interval = interval
        self.logger = logger.labelled("retention")
        self.now = now
    }

    package func run() async throws {
        while !Task.isCancelled {
            do { try await sweep() } catch {
                logger.warning("retention will try again", [.error: "\(error)"])
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// One round: by age, by quota, orphans, incidents that nothing can close any more.
    package func sweep() async throws {
        try await expireOld()
        try await makeRoom()
        try await deleteOrphans()
        for incident in try await observations.closeAbandonedIncidents(at: now()) {
            await broadcast.publish(.incident(incident))
        }
    }

    private func expireOld() async throws {
        let limit = now().addingTimeInterval(-policy.age)
        while try await expire(before: limit) == Self.page, !Task.isCancelled {}
    }

    private func makeRoom() async throws {
        guard try await store.usage().usedBytes > policy.quota else { return }
        logger.notice("the quota for pictures is used up, deleting the oldest", [.bytes: "\(policy.quota)"])
        while try await store.usage().usedBytes > policy.quota / 10 * 9, !Task.isCancelled {
            guard try await expire(before: now()) > 0 else { return }
        }
    }

    private func expire(before limit: Date) async throws -> Int {
        let keys = try await observations.expire(before: limit, limit: Self.page)
        try await store.delete(keys)
        return keys.count
    }

    /// Pictures of failed or expired jobs, and those a crash left behind.
    private func deleteOrphans() async throws {
        let limit = now().addingTimeInterval(-policy.orphanAge)
        var last: ObjectKey?
        while !Task.isCancelled {
            let objects = try await store.list(prefix: ObjectKey.snapshotFolder, after: last, limit: Self.page)
            guard let end = objects.last else { return }
            try await store.delete(try await unknownKeys(among: objects.filter { $0.modifiedAt < limit }))
            last = end.key
        }
    }

    private func unknownKeys(among objects: [ObjectInformation]) async throws -> [ObjectKey] {
        var unknown: [ObjectKey] = []
        for object in objects {
            guard let id = object.key.snapshotID else { continue }
            if try await observations.observation(id) == nil { unknown.append(object.key) }
        }
        return unknown
    }
}
