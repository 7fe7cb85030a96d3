import Foundation
import SQLite
import TestSupport
import Testing

@Suite("The SQLite wrapper")
struct DatabaseTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("undoes a transaction that throws and keeps those that shared its commit")
    func undoes() async throws {
        let database = try await Database.open(path: scratch.path("x.sqlite"))
        try await database.write { try $0.run("CREATE TABLE numbers (number INTEGER PRIMARY KEY)") }
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        try await database.write { connection in
                            try connection.run("INSERT INTO numbers VALUES (?1)", number)
                            if number % 3 == 0 { throw CocoaError(.userCancelled) }
                        }
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        let numbers = try await database.read { try $0.rows("SELECT number FROM numbers") { try $0(0, as: Int.self) } }
        #expect(Set(numbers) == Set((0..<200).filter { $0 % 3 != 0 }))
        #expect(results == numbers.count)
    }
}
