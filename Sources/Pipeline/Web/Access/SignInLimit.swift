import Foundation
import Synchronization

/// How often one may try to sign in: by account, so that nobody guesses one password from many places, and by address, so
/// that nobody guesses many accounts from one place. An attempt counts before it is made; one that was right is given back.
final class SignInLimit: Sendable {
    private struct Limits {
        var accounts = RateLimit(burst: 10, interval: 30)
        var addresses = RateLimit(burst: 20, interval: 15)
        /// Account and address that belonged together before: whoever floods an account from elsewhere does not lock its
        /// owner out.
        var known: Set<String> = []

        func key(account: String, address: String) -> String {
            let pair = Self.pair(account, address)
            return known.contains(pair) ? pair : account.lowercased()
        }

        mutating func remember(account: String, address: String) {
            if known.count >= 10_000 { known.removeAll() }
            known.insert(Self.pair(account, address))
        }

        /// No account is called like a pair: names hold no control characters.
        private static func pair(_ account: String, _ address: String) -> String {
            "\(account.lowercased())\0\(address)"
        }
    }

    private let limits = Mutex(Limits())

    /// - Throws: `Problem`, 429 with the seconds to wait.
    func begin(account: String, address: String, at now: Date) throws {
        let wait = limits.withLock { limits -> Int? in
            if let wait = limits.addresses.take(address, at: now) { return wait }
            return limits.accounts.take(limits.key(account: account, address: address), at: now)
        }
        guard let wait else { return }
        throw Problem.tooManyRequests(retryAfter: wait, "Too many attempts. Wait \(wait) seconds and try again.")
    }

    func succeeded(account: String, address: String, at now: Date) {
        limits.withLock { limits in
            limits.addresses.refund(address, at: now)
            limits.accounts.refund(limits.key(account: account, address: address), at: now)
            limits.remember(account: account, address: address)
        }
    }
}
