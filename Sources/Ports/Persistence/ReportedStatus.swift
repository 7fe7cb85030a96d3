package import Domain
package import Foundation

/// What a grabber reported of a camera, and what is known of the grabber.
package struct ReportedStatus: Sendable {
    package let cameraID: CameraID
    private let report: CameraStatus?
    private let isEnabled: Bool
    private let updatedAt: Date
    private let leaseEnd: Date?
    private let isHeld: Bool

    /// - Parameters:
    ///   - updatedAt: when the camera was last edited.
    ///   - isHeld: whether a grabber holds it.
    ///   - leaseEnd: by the clock that `status(at:)` is asked by.
    package init(
        cameraID: CameraID, report: CameraStatus?, isEnabled: Bool, updatedAt: Date, isHeld: Bool, leaseEnd: Date?
    ) {
        self.cameraID = cameraID
        self.report = report
        self.isEnabled = isEnabled
        self.updatedAt = updatedAt
        self.isHeld = isHeld
        self.leaseEnd = leaseEnd
    }

    /// A camera that is switched off or that nobody holds any more says so. Nil while nobody has reported anything.
    package func status(at now: Date) -> CameraStatus? {
        guard isEnabled else { return changed(.disabled, reason: nil, since: updatedAt) }
        guard let report else { return nil }
        if isHeld, let leaseEnd, leaseEnd > now { return report }
        let reason = CameraFailure(.starting, "No grabber works on this camera at the moment.")
        return changed(.offline, reason: reason, since: max(report.since, min(leaseEnd ?? now, now)))
    }

    private func changed(_ state: CameraStatus.State, reason: CameraFailure?, since: Date) -> CameraStatus {
        var status = report ?? CameraStatus(state: state, since: since)
        status.state = state
        status.reason = reason
        status.since = since
        return status
    }
}
