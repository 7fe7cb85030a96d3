import Domain
import Foundation
import Persistence
import Synchronization

/// Collects what supervisors have to say of their cameras until it is reported, the newest of each camera.
final class StatusBoard: Sendable {
    private let pending = Mutex<[CameraID: CameraReport]>([:])
    /// The newest of each camera, reported or not.
    private let latest = Mutex<[CameraID: CameraReport]>([:])
    private let credits = Mutex<[CameraID: SpoolCredit]>([:])

    func post(_ report: CameraReport) {
        latest.withLock { $0[report.cameraID] = report }
        pending.withLock { $0[report.cameraID] = report }
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
        for (camera, report) in latest.withLock({ $0 }) {
            guard let credit = takeCredit(of: camera) else { continue }
            var health = CameraHealth(interval: 0, last: report.status, now: Date())
            health.add(credit)
            post(CameraReport(cameraID: camera, token: report.token, status: health.status))
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
