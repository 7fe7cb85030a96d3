import Domain
import Foundation
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

/// Turns bytes around; what matters to the tests is that they come back and do not lie readable in the file.
struct MirrorSealer: SecretSealer {
    var mask: UInt8 = 0xA5

    func seal(_ plain: Data) throws -> Data { Data([mask] + plain.map { $0 ^ mask }) }

    func open(_ sealed: Data) throws -> Data {
        guard sealed.first == mask else { throw PersistenceError(.wrongKey, "another key") }
        return Data(sealed.dropFirst().map { $0 ^ mask })
    }
}

@Suite("Persistence in SQLite")
struct SQLitePersistenceTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func open(sealer: MirrorSealer = MirrorSealer()) async throws -> SQLitePersistence {
        try await SQLitePersistence.open(path: scratch.path("maskwatch.sqlite"), sealer: sealer)
    }

    @Test("refuses a key that does not belong to the database")
    func wrongKey() async throws {
        _ = try await open()
        await #expect {
            _ = try await open(sealer: MirrorSealer(mask: 0x11))
        } throws: { ($0 as? PersistenceError)?.code == .wrongKey }
    }

    @Test("keeps the contract of every repository")
    func contract() async throws {
        let persistence = try await open()
        try await RepositoryContract(
            cameras: persistence.cameras, leases: persistence.leases, rules: persistence.rules,
            channels: persistence.channels, observations: persistence.observations,
            incidents: persistence.incidents, statistics: persistence.statistics, outbox: persistence.outbox,
            users: persistence.users
        ).check()
    }
}
