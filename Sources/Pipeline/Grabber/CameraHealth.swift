package import Domain
package import Foundation

/// How a camera is doing, as a state machine.
///
/// - offline: no connection. To online with the first picture, to degraded when connected without pictures.
/// - online: pictures arrive as planned. To degraded when one is refused or is more than two intervals late, to offline
///   when the session ends.
/// - degraded: connected, but pictures are late, refused or cannot be kept. To online with the next picture.
package struct CameraHealth: Sendable {
    package private(set) var status: CameraStatus
    /// Seconds from burst to burst.
    private let interval: Double
    private var lastProgress: Date
    private var newest: SnapshotID?
    /// Whether pictures from before may be stored and not announced. Until they are, `status.lastSnapshot` stays where it is:
    /// whoever holds the camera next looks for them after it.
    private(set) var hasLeftovers: Bool

    /// Intervals without a picture after which a camera is no longer online.
    package static let patience = 2.0

    /// - Parameter last: what the last holder of the camera reported: its counts go on.
    package init(interval: Double, last: CameraStatus?, now: Date, hasLeftovers: Bool = false) {
        self.interval = interval
        self.hasLeftovers = hasLeftovers
        newest = last?.lastSnapshot
        lastProgress = now
        status =
            last
            ?? CameraStatus(
                state: .offline, reason: CameraFailure(.starting, "The first picture is on its way."), since: now)
    }

    /// The session cannot be opened or has ended.
    package mutating func failed(_ failure: CameraFailure, at now: Date) { enter(.offline, failure, now) }

    package mutating func connected(_ stream: StreamDescription) { status.stream = stream }

    /// A picture was stored and announced.
    package mutating func taken(_ snapshot: SnapshotID, at takenAt: Date, now: Date) {
        status.taken += 1
        advance(to: snapshot, at: takenAt)
        lastProgress = now
        enter(.online, nil, now)
    }

    /// Pictures that were taken earlier, by this process or the one before, were announced.
    package mutating func announcedLate(_ count: Int, last snapshot: SnapshotID) {
        status.taken += count
        guard newest.map({ $0 < snapshot }) ?? true else { return }
        advance(to: snapshot, at: snapshot.time)
    }

    /// Everything from before is announced.
    package mutating func announcedLeftovers() {
        hasLeftovers = false
        status.lastSnapshot = newest
    }

    /// A picture waits on this machine's disk. It counts as taken once it is announced.
    package mutating func spooled(at now: Date) {
        lastProgress = now
        enter(
            .degraded,
            CameraFailure(.storage, "Pictures wait on the grabber's disk until they can be stored and queued."), now)
    }

    /// Pictures that had waited were given up for newer ones.
    package mutating func dropped(_ count: Int) { status.skipped += count }

    /// What became of pictures that had waited.
    mutating func add(_ credit: SpoolCredit) {
        dropped(credit.dropped)
        if let last = credit.delivered.max() { announcedLate(credit.delivered.count, last: last) }
    }

    /// A picture came and was not good enough to keep.
    package mutating func rejected(_ reason: String, _ failure: CameraFailure, at now: Date) {
        status.rejected[reason, default: 0] += 1
        enter(.degraded, failure, now)
    }

    /// Pictures were left out although the camera is connected.
    package mutating func skipped(_ count: Int, _ failure: CameraFailure, at now: Date) {
        status.skipped += count
        enter(.degraded, failure, now)
    }

    /// Time has passed.
    package mutating func waited(until now: Date) {
        guard status.state == .online, now.timeIntervalSince(lastProgress) > Self.patience * interval + 1 else {
            return
        }
        enter(.degraded, CameraFailure(.late, "No picture has come for more than two intervals."), now)
    }

    private mutating func advance(to snapshot: SnapshotID, at takenAt: Date) {
        newest = snapshot
        status.lastSnapshotAt = takenAt
        if !hasLeftovers { status.lastSnapshot = snapshot }
    }

    private mutating func enter(_ state: CameraStatus.State, _ reason: CameraFailure?, _ now: Date) {
        if status.state != state { status.since = now }
        status.state = state
        status.reason = reason
    }
}
