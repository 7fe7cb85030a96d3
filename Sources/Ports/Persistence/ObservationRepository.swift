package import Domain
package import Foundation

/// What was seen. Writer: analyzer.
package protocol ObservationRepository: Sendable {
    /// Writes the observation, its faces, its share of the statistics, what it does to incidents, and the outbox, in one
    /// transaction keyed by `snapshotID`. A second call with the same snapshot changes nothing.
    /// - Parameters:
    ///   - buckets: the time buckets it counts in.
    ///   - decide: called inside the transaction, once for every enabled rule that watches the camera, with the progress
    ///     stored for that rule and camera. Must not wait or call the repository.
    func record(
        _ observation: Observation, in buckets: [BucketStart],
        decide: @escaping @Sendable (Rule, RuleProgress) -> RuleDecision
    ) async throws -> RecordResult

    func observation(_ id: SnapshotID) async throws -> Observation?
    /// Newest first.
    func observations(camera: CameraID?, before: Date?, limit: Int) async throws -> [Observation]
    /// The newest of every camera.
    func latest() async throws -> [Observation]
    /// How many were ever recorded, also those that retention has deleted since.
    func count() async throws -> Int
    /// Those of the snapshots that are recorded.
    func recorded(among ids: [SnapshotID]) async throws -> Set<SnapshotID>

    /// Deletes observations taken before `time`, oldest first, at most `limit`, except the evidence of open incidents, and
    /// says which objects nothing needs any more.
    func expire(before time: Date, limit: Int) async throws -> [ObjectKey]

    /// Deletes what is older than its limit: statistics by interval, closed incidents, messages that wait no more.
    func expireHistory(_ limits: HistoryLimits) async throws

    /// Closes open incidents that no picture can close any more, because their rule was removed, disabled or does not
    /// watch the camera any more, or the camera was removed or disabled; forgets the progress of those rules and tells
    /// the channels that they are closed.
    func closeAbandonedIncidents(at time: Date) async throws -> [IncidentID]
}

package struct BucketStart: Hashable, Sendable {
    package let interval: StatisticsInterval
    package let start: Date

    package init(interval: StatisticsInterval, start: Date) {
        self.interval = interval
        self.start = start
    }
}

/// Up to when the past is forgotten.
package struct HistoryLimits: Hashable, Sendable {
    /// Buckets that start before go; an interval that is missing is kept.
    package var statistics: [StatisticsInterval: Date]
    /// Incidents closed before go.
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

/// What a rule remembers of a camera between pictures.
package struct RuleProgress: Hashable, Sendable, Codable {
    package struct Picture: Hashable, Sendable, Codable {
        package var snapshotID: SnapshotID
        package var takenAt: Date
        package var violatingFaces: Int

        package init(snapshotID: SnapshotID, takenAt: Date, violatingFaces: Int) {
            self.snapshotID = snapshotID
            self.takenAt = takenAt
            self.violatingFaces = violatingFaces
        }
    }

    /// The latest pictures in the order in which they were taken, as many as confirmation and release need.
    package var pictures: [Picture]
    /// The open incident, if there is one.
    package var incident: Incident?
    /// Pictures up to this time have been decided on and cannot open or close anything any more.
    package var decidedUntil: Date?

    package init(pictures: [Picture] = [], incident: Incident? = nil, decidedUntil: Date? = nil) {
        self.pictures = pictures
        self.incident = incident
        self.decidedUntil = decidedUntil
    }
}

/// What a picture does to a rule on a camera.
package struct RuleDecision: Hashable, Sendable {
    package var progress: RuleProgress
    /// What to write and to tell, in order; several if a late picture completes a series.
    package var events: [Event]

    package struct Event: Hashable, Sendable {
        package var event: IncidentEvent
        package var incident: Incident
        /// Whether the channels are told.
        package var notifies: Bool

        package init(event: IncidentEvent, incident: Incident, notifies: Bool) {
            self.event = event
            self.incident = incident
            self.notifies = notifies
        }
    }

    package init(progress: RuleProgress, events: [Event] = []) {
        self.progress = progress
        self.events = events
    }
}
