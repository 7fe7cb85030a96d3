import Domain
import Foundation
import HTTPTypes
import Messaging
import ObjectStorage
import Persistence

/// How the system is doing.
struct SystemRoutes: Sendable {
    let queues: [any WorkQueue]
    let observations: any ObservationRepository
    let store: any ObjectStore
    let models: @Sendable () -> [String]
    let version: String
    let isDemo: Bool

    private struct Version: Encodable {
        let name: String
        let version: String
    }

    private struct Overview: Encodable {
        let version: String
        let demo: Bool
        let counts: ConservationCount
        let queues: [QueueView]
        let storage: Storage
        let models: [String]
    }

    private struct QueueView: Encodable {
        let name: String
        let ready: Int
        let inFlight: Int
        let dead: Int
        @Nullable var oldest: Date?
    }

    private struct Storage: Encodable {
        let usedBytes: Int
        let freeBytes: Int
    }

    func version(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(Version(name: "Maskwatch", version: version))
    }

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        let (counts, depths) = try await consistentCounts()
        let usage = try await store.usage()
        return try .json(
            Overview(
                version: version, demo: isDemo, counts: counts,
                queues: zip(queues, depths).map { queue, depth in
                    QueueView(
                        name: queue.name, ready: depth.ready, inFlight: depth.inFlight, dead: depth.dead,
                        oldest: depth.oldest)
                },
                storage: Storage(usedBytes: usage.usedBytes, freeBytes: usage.freeBytes), models: models()))
    }

    /// The numbers live in several places and a picture may move between two readings, or be in two places for the moment
    /// between being handed on and being acknowledged. A few readings find a moment of rest; a difference that stays is shown.
    private func consistentCounts() async throws -> (ConservationCount, [QueueDepth]) {
        var result = try await counts()
        for _ in 0..<8 where !result.0.isExact {
            try await Task.sleep(for: .milliseconds(30))
            result = try await counts()
        }
        return result
    }

    private func counts() async throws -> (ConservationCount, [QueueDepth]) {
        var states: [ConservationCount.Queue] = []
        for queue in queues {
            states.append(ConservationCount.Queue(depth: try await queue.depth(), totals: try await queue.totals()))
        }
        let observed = try await observations.count()
        return (ConservationCount(queues: states, observed: observed), states.map(\.depth))
    }
}
