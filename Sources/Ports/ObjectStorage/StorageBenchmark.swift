import Domain
import Foundation
import ServiceLifecycle

/// Measures how many pictures a second a store takes and gives, from several clients at once: `bench storage`.
package struct StorageBenchmark: Sendable {
    /// Pictures a second: the middle of several runs, and the ends.
    package struct Rate: Sendable, Encodable {
        package var median: Double
        package var slowest: Double
        package var fastest: Double

        init(_ rates: [Double]) {
            let sorted = rates.sorted()
            median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
            slowest = sorted[0]
            fastest = sorted[sorted.count - 1]
        }
    }

    package struct Report: Sendable, Encodable {
        package var adapter: String
        package var put: Rate
        package var get: Rate
        package var runs: Int
        package var pictures: Int
        package var clients: Int
        package var bytes: Int
        package var cores: Int
    }

    package var runs = 5
    /// Pictures a run.
    package var pictures = 500
    /// Requests at the same time, at most.
    package var clients = 8
    /// Bytes of a picture.
    package var bytes = 100_000

    package init() {}

    /// What is stored is deleted again, whatever happens.
    /// - Parameter adapter: what the report calls the store.
    /// - Throws: `ObjectStoreError`.
    package func run(_ store: any ObjectStore, adapter: String) async throws -> Report {
        precondition(runs > 0 && pictures > 0 && clients > 0 && bytes > 0)
        // Not counted: connections are opened by the first requests.
        _ = try await pass(store, count: clients)
        var rates: [(put: Double, get: Double)] = []
        for _ in 0..<runs { rates.append(try await pass(store, count: pictures)) }
        return Report(
            adapter: adapter, put: Rate(rates.map(\.put)), get: Rate(rates.map(\.get)), runs: runs, pictures: pictures,
            clients: clients, bytes: bytes, cores: ProcessorCores.allowed)
    }

    private func pass(_ store: any ObjectStore, count: Int) async throws -> (put: Double, get: Double) {
        let camera = CameraID()
        let keys = (0..<count).map { _ in ObjectKey.snapshot(SnapshotID(), camera: camera) }
        // Every picture is another: a store must not find that it has it already.
        let picture = Data((0..<bytes).map { _ in UInt8.random(in: 0...255) })
        let result: Result<(put: Double, get: Double), any Error>
        do {
            let put = try await rate(keys) { key in
                try await store.put(Data(key.description.utf8) + picture.dropFirst(key.description.utf8.count), at: key)
            }
            let get = try await rate(keys) { key in
                guard try await store.get(key, limit: bytes).count == bytes else {
                    throw ObjectStoreError(.unavailable, "the store gave another picture than it got")
                }
            }
            result = .success((put, get))
        } catch { result = .failure(error) }
        try await store.delete(keys)
        return try result.get()
    }

    private func rate(_ keys: [ObjectKey], _ step: @escaping @Sendable (ObjectKey) async throws -> Void) async throws
        -> Double
    {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for client in 0..<clients {
                group.addTask {
                    for number in stride(from: client, to: keys.count, by: clients) { try await step(keys[number]) }
                }
            }
            try await group.waitForAll()
        }
        return Double(keys.count) / ((ContinuousClock.now - start) / .seconds(1))
    }
}
