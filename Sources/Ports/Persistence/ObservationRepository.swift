package import Domain
package import Foundation

/// What was seen. Writer: analyzer.
package protocol ObservationRepository: Sendable {
    /// Writes the observation and what follows from it, in one transaction keyed by `snapshotID`. A second call with the
    /// same snapshot changes nothing.
    /// - Parameter plan: called inside the transaction with what is known of the camera. Must not wait or call the
    ///   repository.
    func record(
        _ observation: Observation, plan: @escaping @Sendable (RecordContext) -> AnalysisPlan
    ) async throws -> RecordResult

    /// What the passing of time does: states of cameras and of the system, schedules, incidents that nothing can close any
    /// more, pictures that were to be taken, and summaries of messages that were held back. In one transaction; any number
    /// of analyzers may call it at the same time.
    /// - Parameter plan: called inside the transaction. Must not wait or call the repository.
    func review(
        at time: Date, plan: @escaping @Sendable (ReviewContext) -> AnalysisPlan
    ) async throws -> [IncidentID]

    func observation(_ id: SnapshotID) async throws -> Observation?
    /// Newest first.
    func observations(camera: CameraID?, before: Date?, limit: Int) async throws -> [Observation]
    /// Those of the cameras taken in `range`, oldest first: the newest `limit` of them.
    func replay(cameras: Set<CameraID>, in range: Range<Date>, limit: Int) async throws -> [Observation]
    /// The newest of every camera.
    func latest() async throws -> [Observation]
    /// How many were ever recorded, also those that retention has deleted since.
    func count() async throws -> Int
    /// Those of the snapshots that are recorded.
    func recorded(among ids: [SnapshotID]) async throws -> Set<SnapshotID>

    /// Deletes observations taken before `time`, oldest first, at most `limit`, except what belongs to open incidents and
    /// what was corrected, and says which objects nothing needs any more.
    func expire(before time: Date, limit: Int) async throws -> [ObjectKey]

    /// Deletes what is older than its limit: statistics by interval, closed incidents, corrections, messages that wait no
    /// more.
    func expireHistory(_ limits: HistoryLimits) async throws
}

/// Up to when the past is forgotten.
package struct HistoryLimits: Hashable, Sendable {
    /// Buckets that start before go; an interval that is missing is kept.
    package var statistics: [StatisticsInterval: Date]
    /// Incidents closed and corrections made before go.
    package var incidents: Date
    /// Delivered and failed messages created before go.
    package var notifications: Date

    package init(statistics: [StatisticsInterval: Date], incidents: Date, notifications: Date) {
        self.statistics = statistics
        self.incidents = incidents
        self.notifications = notifications
    }
}

package struct RecordResult: Hashable, Sendable {
    /// False if the snapshot had been recorded before.
    package let isNew: Bool
    package let incidents: [IncidentID]

    package init(isNew: Bool, incidents: [IncidentID]) {
        self.isNew = isNew
        self.incidents = incidents
    }
}
