package import Foundation

/// What a rule remembers of a target between pictures.
package struct RuleProgress: Hashable, Sendable {
    /// What one picture, or the shots of one burst together, say to a rule.
    package struct Picture: Hashable, Sendable {
        /// The snapshot, or the first one of the burst.
        package var snapshotID: SnapshotID
        /// The snapshot that shows it.
        package var evidence: SnapshotID
        package var takenAt: Date
        package var violatingFaces: Int
        /// Faces that are not `unknown`.
        package var judgedFaces: Int
        /// Whether shots of the burst are still missing: decided on only when a later picture is complete.
        package var isPending: Bool
        /// Whether the open incident has counted it.
        package var isCounted: Bool

        package init(
            snapshotID: SnapshotID, evidence: SnapshotID? = nil, takenAt: Date, violatingFaces: Int,
            judgedFaces: Int? = nil, isPending: Bool = false, isCounted: Bool = false
        ) {
            self.snapshotID = snapshotID
            self.evidence = evidence ?? snapshotID
            self.takenAt = takenAt
            self.violatingFaces = violatingFaces
            self.judgedFaces = judgedFaces ?? violatingFaces
            self.isPending = isPending
            self.isCounted = isCounted
        }
    }

    /// A state that goes on.
    package struct Run: Hashable, Sendable, Codable {
        package var isViolating: Bool
        package var since: Date

        package init(isViolating: Bool, since: Date) {
            self.isViolating = isViolating
            self.since = since
        }
    }

    /// A stretch of the window of a compliance rule.
    package struct WindowPart: Hashable, Sendable, Codable {
        package var start: Date
        package var violatingFaces: Int
        package var judgedFaces: Int
    }

    /// The latest pictures in the order in which they were taken, as many as confirmation and release need.
    package var pictures: [Picture]
    /// The open incident, if there is one.
    package var incident: Incident?
    /// Pictures up to this time have been decided on and cannot open or close anything any more.
    package var decidedUntil: Date?
    /// What went on at the last picture that is not remembered any more.
    package var run: Run?
    /// Of a compliance rule, oldest first.
    package var window: [WindowPart]

    package init(
        pictures: [Picture] = [], incident: Incident? = nil, decidedUntil: Date? = nil, run: Run? = nil,
        window: [WindowPart] = []
    ) {
        self.pictures = pictures
        self.incident = incident
        self.decidedUntil = decidedUntil
        self.run = run
        self.window = window
    }
}

/// What a picture, or the passing of time, does to a rule on a target.
package struct RuleDecision: Hashable, Sendable {
    package var progress: RuleProgress
    /// What to write and to tell, in order; several if a late picture completes a series.
    package var events: [Event]

    package struct Event: Hashable, Sendable {
        package var event: IncidentEvent
        package var incident: Incident
        /// Whether the channels are told, as far as the rule's limits allow.
        package var notifies: Bool
        /// Pictures that belong to the incident since this event.
        package var evidence: [SnapshotID]

        package init(event: IncidentEvent, incident: Incident, notifies: Bool, evidence: [SnapshotID] = []) {
            self.event = event
            self.incident = incident
            self.notifies = notifies
            self.evidence = evidence
        }
    }

    package init(progress: RuleProgress, events: [Event] = []) {
        self.progress = progress
        self.events = events
    }
}
