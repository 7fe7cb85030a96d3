import Foundation
import Secrets
import Testing

@Suite("Password hash")
struct PasswordHashTests {
    private let passwords = PasswordHash()

    @Test("knows its password again and no other")
    func verify() async throws {
        let hash = try await passwords.hash("correct horse battery staple")
        #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
        #expect(try await passwords.verify("correct horse battery staple", hash: hash))
        #expect(try await !passwords.verify("correct horse battery stapl", hash: hash))
        #expect(try await !passwords.verify("", hash: hash))
    }

    @Test("salts: the same password never has the same hash")
    func salt() async throws {
        let first = try await passwords.hash("same")
        let second = try await passwords.hash("same")
        #expect(first != second)
    }

    /// Made by the reference implementation (phc-winner-argon2, README): password `password`, salt `somesalt`.
    @Test("agrees with the reference implementation of Argon2id")
    func reference() async throws {
        let hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        #expect(try await passwords.verify("password", hash: hash))
        #expect(try await !passwords.verify("passwore", hash: hash))
    }

    @Test("a user who does not exist is refused, whatever the password")
    func unknownUser() async throws {
        #expect(try await !passwords.verify("nobody has this password", hash: nil))
    }

    @Test("what is not a hash is refused", arguments: ["", "x", "$argon2id$", String(repeating: "a", count: 500)])
    func notAHash(_ hash: String) async throws {
        #expect(try await !passwords.verify("a", hash: hash))
    }

    @Test("many at a time all get their answer")
    func many() async throws {
        let hash = try await passwords.hash("a")
        let results = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask { try await passwords.verify(index.isMultiple(of: 2) ? "a" : "b", hash: hash) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 } == 4)
    }
}
