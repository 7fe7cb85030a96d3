import Domain
import Persistence
import Synchronization

/// Collects what supervisors have to say of their cameras until it is reported, the newest of each camera.
final class StatusBoard: Sendable {
    private let pending = Mutex<[CameraID: CameraReport]>([:])
    /// The newest of each camera, reported or not, with the token of its lease.
    private let latest = Mutex<[CameraID: (health: CameraHealth, token: Int)]>([:])
    private let credits = Mutex<[CameraID: SpoolCredit]>([:])

    /// - Parameter token: of the lease under which it was seen.
    func post(_ health: CameraHealth, of camera: CameraID, token: Int) {
        latest.withLock { $0[camera] = (health, token) }
        pending.withLock { $0[camera] = CameraReport(cameraID: camera, token: token, status: health.status) }
    }

    func take() -> [CameraReport] {
        pending.withLock { pending in
            defer { pending = [:] }
            return Array(pending.values)
        }
    }

    /// Puts back what could not be reported, unless there is newer news.
    func putBack(_ reports: [CameraReport]) {
        pending.withLock { pending in
            for report in reports where pending[report.cameraID] == nil { pending[report.cameraID] = report }
        }
    }

    // MARK: What became of pictures that had waited

    enum Fate { case delivered(SnapshotID), dropped }

    func credit(_ fate: Fate, to camera: CameraID) {
        credits.withLock { $0[camera, default: SpoolCredit()].add(fate) }
    }

    /// What was credited since the last call.
    func takeCredit(of camera: CameraID) -> SpoolCredit? { credits.withLock { $0.removeValue(forKey: camera) } }

    /// Posts what was credited after the supervisors ended, when nobody takes it any more.
    func settleCredits() {
        for (camera, last) in latest.withLock({ $0 }) {
            guard let credit = takeCredit(of: camera) else { continue }
            var health = last.health
            health.add(credit)
            post(health, of: camera, token: last.token)
        }
    }
}

/// Pictures of one camera that have left the spool.
struct SpoolCredit: Sendable {
    private(set) var delivered: [SnapshotID] = []
    private(set) var dropped = 0

    mutating func add(_ fate: StatusBoard.Fate) {
        switch fate {
        case .delivered(let snapshot): delivered.append(snapshot)
        case .dropped: dropped += 1
        }
    }
}
