import Domain
import Persistence
import Synchronization

/// Collects what supervisors have to say of their cameras until it is reported, the newest of each camera.
final class StatusBoard: Sendable {
    private let pending = Mutex<[CameraID: CameraReport]>([:])

    func post(_ report: CameraReport) { pending.withLock { $0[report.cameraID] = report } }

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
}
