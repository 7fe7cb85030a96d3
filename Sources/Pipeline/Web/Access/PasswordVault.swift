import Secrets

/// Hashes and checks passwords. Each costs time and memory on purpose, so only a few may wait and the rest is refused.
struct PasswordVault: Sendable {
    private let hashing: PasswordHash
    private let limit = WorkLimit(8)

    init(_ hashing: PasswordHash) { self.hashing = hashing }

    func hash(_ password: String) async throws -> String {
        try await limit.run("passwords") { try await hashing.hash(password) }
    }

    /// - Parameter hash: nil for a user who does not exist, which takes as long and is never right.
    func verify(_ password: String, against hash: String?) async throws -> Bool {
        try await limit.run("sign-ins") { try await hashing.verify(password, hash: hash) }
    }
}
