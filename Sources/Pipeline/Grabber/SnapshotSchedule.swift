package import Domain

/// When a camera's pictures are due: a burst every `every` seconds, its shots `spacing` apart.
///
/// The first burst comes soon, so that nobody waits for a picture of a new camera; all others lie on a grid of the camera's
/// own, so that many cameras never want the processor at once, and a late picture does not delay those after it. Who falls
/// behind skips to the newest due burst, whatever was left out is counted, and no camera can starve another. All times are
/// seconds of one monotonic clock.
package struct SnapshotSchedule: Sendable {
    package struct Shot: Hashable, Sendable {
        package let dueAt: Double
        /// Position in the burst, from 0, and the burst's length.
        package let index: Int
        package let count: Int
        /// Numbers bursts from 0.
        package let burst: Int
    }

    private let sampling: Sampling
    private let first: Double
    /// Burst n, from 1 on, begins n intervals later.
    private let grid: Double
    private var burst = 0
    private var shot = 0

    /// Seconds over which the first bursts of many cameras are spread.
    package static let maximumSpread = 10.0

    /// - Parameter phase: where in the interval this camera's bursts lie, 0..<1.
    package init(sampling: Sampling, phase: Double, start: Double) {
        self.sampling = sampling
        first = start + phase * min(sampling.every, Self.maximumSpread)
        let place = start + phase * sampling.every
        // The second burst comes half an interval to one and a half after the first.
        grid = place - first >= sampling.every / 2 ? place - sampling.every : place
    }

    private func start(of burst: Int) -> Double { burst == 0 ? first : grid + Double(burst) * sampling.every }

    /// The next shot to take, and how many shots were left out because their time had passed.
    package mutating func next(now: Double) -> (shot: Shot, skipped: Int) {
        let skipped = catchUp(with: now)
        let dueAt = start(of: burst) + Double(shot) * sampling.spacing
        let next = Shot(dueAt: dueAt, index: shot, count: sampling.shots, burst: burst)
        shot += 1
        if shot == sampling.shots {
            burst += 1
            shot = 0
        }
        return (next, skipped)
    }

    /// Goes on after an outage with the burst that is due now; what was missed meanwhile is not counted as skipped.
    package mutating func resume(now: Double) {
        if shot > 0 {
            burst += 1
            shot = 0
        }
        _ = catchUp(with: now)
    }

    private mutating func catchUp(with now: Double) -> Int {
        let due = Int(max(0, ((now - grid) / sampling.every).rounded(.down)))
        guard due > burst else { return 0 }
        let skipped = (due - burst) * sampling.shots - shot
        burst = due
        shot = 0
        return skipped
    }
}

extension CameraID {
    /// A number in 0..<1 that is this camera's own: spreads cameras evenly over an interval.
    package var phase: Double {
        // FNV-1a: the identity's first bytes are a time, which cameras added together share.
        let hash = description.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return Double(hash >> 11) / Double(UInt64(1) << 53)
    }
}
