package import Domain
package import Foundation

/// What the plan for a picture is made from. Read inside the transaction that writes the plan.
package struct RecordContext: Sendable {
    /// Nil if it was removed meanwhile.
    package let camera: Camera?
    /// That of the camera.
    package let site: Site?
    /// The other shots of the picture's burst that are recorded.
    package let burst: [Observation]
    /// Every target of every enabled rule on pictures that the picture may change.
    package let watched: [WatchedTarget]

    package init(camera: Camera?, site: Site?, burst: [Observation], watched: [WatchedTarget]) {
        self.camera = camera
        self.site = site
        self.burst = burst
        self.watched = watched
    }
}

/// A rule on one target, with how far it has come.
package struct WatchedTarget: Hashable, Sendable {
    package let rule: Rule
    package let target: RuleTarget
    package let progress: RuleProgress

    package init(rule: Rule, target: RuleTarget, progress: RuleProgress) {
        self.rule = rule
        self.target = target
        self.progress = progress
    }
}

/// What a review is made from.
package struct ReviewContext: Sendable {
    package let cameras: [Camera]
    package let sites: [Site]
    package let statuses: [CameraID: CameraStatus]
    /// Every target of every enabled rule on the state of cameras (of enabled ones) or of the system.
    package let watched: [WatchedTarget]
    /// Open incidents of all rules, with the rule if it is still there.
    package let open: [(incident: Incident, rule: Rule?)]
    /// Up to when the pictures of a camera that were to be taken have been counted.
    package let expectedUntil: [CameraID: Date]
    /// Of channels that are switched on and take reports.
    package let reports: [ReportState]

    package init(
        cameras: [Camera], sites: [Site], statuses: [CameraID: CameraStatus], watched: [WatchedTarget],
        open: [(incident: Incident, rule: Rule?)], expectedUntil: [CameraID: Date], reports: [ReportState] = []
    ) {
        self.cameras = cameras
        self.sites = sites
        self.statuses = statuses
        self.watched = watched
        self.open = open
        self.expectedUntil = expectedUntil
        self.reports = reports
    }
}

/// A channel that takes reports.
package struct ReportState: Hashable, Sendable {
    package let channelID: ChannelID
    package let schedule: ReportSchedule
    /// The end of the last period that was reported; nil if none was yet.
    package let reportedUntil: Date?

    package init(channelID: ChannelID, schedule: ReportSchedule, reportedUntil: Date?) {
        self.channelID = channelID
        self.schedule = schedule
        self.reportedUntil = reportedUntil
    }

    /// - Parameter settings: of the channel as they are stored.
    /// - Returns: nil if it takes no reports.
    package init?(channelID: ChannelID, settings: String, reportedUntil: Date?) throws {
        let settings = try ChannelSettings(valuesJSON: settings, secretsJSON: Secret("{}"))
        guard let schedule = ReportSchedule(settings) else { return nil }
        self.init(channelID: channelID, schedule: schedule, reportedUntil: reportedUntil)
    }
}

/// A report that is due; written once, whoever decides it.
package struct ReportDecision: Hashable, Sendable {
    package let channelID: ChannelID
    package let period: ReportPeriod
    /// False: only the next one is sent.
    package let isTold: Bool

    package init(channelID: ChannelID, period: ReportPeriod, isTold: Bool) {
        self.channelID = channelID
        self.period = period
        self.isTold = isTold
    }
}

/// What to write: all of it or nothing.
package struct AnalysisPlan: Hashable, Sendable {
    /// Added to buckets. Only differences: a late shot of a burst may take something back.
    package var counts: [StatisticsBucket] = []
    package var decisions: [TargetDecision] = []
    /// Of a review: see `ReviewContext.expectedUntil`.
    package var expectedUntil: [CameraID: Date] = [:]
    /// Of a review.
    package var reports: [ReportDecision] = []
    /// Limits of the messages of all rules together; nil means none. They hold beyond the limits of each rule: what they
    /// hold back is summed up over all rules. One `MessageBudget` of its own, kept as those of the rules are.
    package var overallLimits: MessageLimits?

    package init(
        counts: [StatisticsBucket] = [], decisions: [TargetDecision] = [], expectedUntil: [CameraID: Date] = [:],
        reports: [ReportDecision] = [], overallLimits: MessageLimits? = nil
    ) {
        self.counts = counts
        self.decisions = decisions
        self.expectedUntil = expectedUntil
        self.reports = reports
        self.overallLimits = overallLimits
    }
}

/// What becomes of a rule on a target. Events that notify pass through the rule's `MessageBudget`, which the repository
/// reads and writes under a lock of its own, because the rule's other targets share it.
package struct TargetDecision: Hashable, Sendable {
    package let ruleID: RuleID
    package let target: RuleTarget
    package let events: [RuleDecision.Event]
    /// Nil: the rule forgets how far it had come.
    package let progress: RuleProgress?

    package init(ruleID: RuleID, target: RuleTarget, events: [RuleDecision.Event], progress: RuleProgress?) {
        self.ruleID = ruleID
        self.target = target
        self.events = events
        self.progress = progress
    }
}
