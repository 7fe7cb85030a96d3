package import Domain
package import Foundation
import Secrets

/// How long access lasts, in seconds.
struct SessionPolicy: Hashable, Sendable {
    /// Without a request.
    var idle: TimeInterval = 12 * 3600
    /// Whatever happens.
    var absolute: TimeInterval = 7 * 86_400
    /// How much a session must have aged before it is prolonged: one write in so much time, not one a request.
    var step: TimeInterval = 600
    var setupLink: TimeInterval = 24 * 3600

    func expiry(createdAt: Date, now: Date) -> Date {
        min(now.addingTimeInterval(idle), createdAt.addingTimeInterval(absolute))
    }

    /// A later end for a session that is in use, or nil while that is not worth a write.
    func prolonged(_ token: AccessToken, at now: Date) -> Date? {
        let expiry = expiry(createdAt: token.createdAt, now: now)
        guard token.kind == .session, let current = token.expiresAt, expiry.timeIntervalSince(current) >= step else {
            return nil
        }
        return expiry
    }
}

extension AccessToken {
    func isValid(at now: Date) -> Bool { expiresAt.map { now < $0 } ?? true }

    /// A new token of a machine that acts for `owner`, and its text, which nothing keeps.
    /// - Throws: `FieldError` for a name that nothing may have.
    package static func machine(
        named name: String, owner: UserID, at now: Date
    ) throws -> (token: AccessToken, text: String) {
        let name = try Self.checked(name)
        let text = RandomToken.make()
        let token = AccessToken(
            id: Identifier(at: now), kind: .bearer, name: name, tokenHash: hash(of: text), userID: owner,
            createdAt: now, expiresAt: nil)
        return (token, text)
    }

    private static func checked(_ name: String) throws(FieldError) -> String {
        do { return try TextRule.name.check(name) } catch { throw FieldError("name", error.message) }
    }

    /// What is stored of a token.
    static func hash(of token: String) -> String { SHA256.hexDigest(of: Data(token.utf8)) }
}
