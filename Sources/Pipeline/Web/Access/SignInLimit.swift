import Foundation
import Synchronization

/// How often one may try to sign in: by account, so that nobody guesses one password from many places, and by address, so
/// that nobody guesses many accounts from one place. An attempt counts before it is made; one that was right is given back.
final class SignInLimit: Sendable {
    private struct Limits {
        var accounts = RateLimit(burst: 10, interval: 30)
        var addresses = RateLimit(burst: 20, interval: 15)
    }

    private let limits = Mutex(Limits())

    /// - Throws: `Problem`, 429 with the seconds to wait.
    func begin(account: String, address: String, at now: Date) throws {
        let wait = limits.withLock { limits -> Int? in
            if let wait = limits.addresses.take(address, at: now) { return wait }
            return limits.accounts.take(Self.key(account), at: now)
        }
        guard let wait else { return }
        throw Problem.tooManyRequests(retryAfter: wait, "Too many attempts. Wait \(wait) seconds and try again.")
    }

    func succeeded(account: String, address: String, at now: Date) {
        limits.withLock {
            $0.addresses.refund(address, at: now)
            $0.accounts.refund(Self.key(account), at: now)
        }
    }

    private static func key(_ account: String) -> String { account.lowercased() }
}
