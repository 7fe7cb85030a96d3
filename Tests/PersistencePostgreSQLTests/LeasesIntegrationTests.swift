import PersistencePostgreSQL
import TestSupport
import Testing

@Suite("Leases on cameras in PostgreSQL", .enabled(if: PostgreSQLServer.isThere, "\(PostgreSQLServer.absence)"))
struct LeasesIntegrationTests {
    private let scratch: ScratchDatabase
    private let contract: LeaseContract

    init() async throws {
        let clock = TestClock()
        scratch = try await ScratchDatabase.create()
        let persistence = try await PostgreSQLPersistence.open(
            url: scratch.url, sealer: MirrorSealer(), clock: { clock.now })
        contract = LeaseContract(persistence, clock: clock)
    }

    @Test("are shared evenly as grabbers come and go, never one camera twice")
    func share() async throws { try await contract.share() }

    @Test("keep to the capacity of a grabber")
    func capacity() async throws { try await contract.keepToCapacity() }

    @Test("pass to another grabber with a greater token when they end, and the late holder is not heard")
    func fencing() async throws { try await contract.fence() }

    @Test("are dropped for cameras that are switched off or removed, and taken again when they return")
    func dropped() async throws { try await contract.follow() }

    @Test("say so when their holder is gone")
    func holderGone() async throws { try await contract.sayWhenHolderIsGone() }

    @Test("hold through any sequence of grabbers, cameras and clocks", arguments: [1, 4] as [UInt64])
    func simulation(_ seed: UInt64) async throws { try await contract.simulate(seed: seed, events: 12) }
}
