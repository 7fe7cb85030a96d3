import Foundation

/// Allows `burst` attempts at once and one more every `interval` seconds, for each key (token bucket). Memory is bounded:
/// keys whose bucket is full again are forgotten, and the longest unused ones if there are too many.
struct RateLimit: Sendable {
    private struct Bucket {
        var attempts: Double
        var updatedAt: Date
    }

    let burst: Int
    let interval: TimeInterval
    let maximumKeys: Int
    private var buckets: [String: Bucket] = [:]

    var keyCount: Int { buckets.count }

    init(burst: Int, interval: TimeInterval, maximumKeys: Int = 10_000) {
        self.burst = burst
        self.interval = interval
        self.maximumKeys = maximumKeys
    }

    /// Takes one attempt. Nil if it is allowed, otherwise the seconds until the next one is.
    mutating func take(_ key: String, at now: Date) -> Int? {
        var bucket = refilled(key, at: now)
        guard bucket.attempts >= 1 else {
            return max(1, Int(((1 - bucket.attempts) * interval).rounded(.up)))
        }
        bucket.attempts -= 1
        if buckets[key] == nil, buckets.count >= maximumKeys { makeRoom(at: now) }
        buckets[key] = bucket
        return nil
    }

    /// Gives an attempt back that turned out to be right.
    mutating func refund(_ key: String, at now: Date) {
        guard buckets[key] != nil else { return }
        var bucket = refilled(key, at: now)
        bucket.attempts = min(Double(burst), bucket.attempts + 1)
        buckets[key] = bucket
    }

    private func refilled(_ key: String, at now: Date) -> Bucket {
        guard let bucket = buckets[key] else { return Bucket(attempts: Double(burst), updatedAt: now) }
        let gained = max(0, now.timeIntervalSince(bucket.updatedAt)) / interval
        return Bucket(attempts: min(Double(burst), bucket.attempts + gained), updatedAt: now)
    }

    private mutating func makeRoom(at now: Date) {
        buckets = buckets.filter { refilled($0.key, at: now).attempts < Double(burst) }
        guard buckets.count >= maximumKeys else { return }
        let oldest = buckets.sorted { $0.value.updatedAt < $1.value.updatedAt }.prefix(maximumKeys / 10 + 1)
        for entry in oldest { buckets.removeValue(forKey: entry.key) }
    }
}
