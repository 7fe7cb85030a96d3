package import Domain
package import Foundation
package import Persistence

/// What the passing of time does to rules and statistics. Pure.
package struct TimeReview: Sendable {
    private let timeZone: TimeZone
    /// Since when the picture waits that has waited longest; nil if none does.
    private let oldestWaiting: Date?
    private let overallLimits: MessageLimits?
    private let now: Date
    private let engine = RuleEngine()

    /// Minutes of pictures that were to be taken, counted in one review: after a long standstill several catch up.
    private static let minutesAReview = 120

    /// - Parameters:
    ///   - timeZone: of cameras that belong to no site.
    ///   - overallLimits: of the messages of all rules together.
    package init(timeZone: TimeZone, oldestWaiting: Date?, overallLimits: MessageLimits? = nil, now: Date) {
        self.timeZone = timeZone
        self.oldestWaiting = oldestWaiting
        self.overallLimits = overallLimits
        self.now = now
    }

    package func plan(_ context: ReviewContext) -> AnalysisPlan {
        let cameras = Dictionary(context.cameras.map { ($0.id, $0) }) { first, _ in first }
        let zones = timeZones(context)
        var plan = AnalysisPlan(overallLimits: overallLimits)
        for watched in context.watched {
            let timeZone = watched.target.cameraID.flatMap { zones[$0] } ?? timeZone
            let decision = engine.decide(
                watched.rule, watched.progress, troubleSince: troubleSince(watched, context), on: watched.target,
                isActive: watched.rule.isActive(at: now, in: timeZone), at: now)
            plan.add(decision, to: watched, timeZone: timeZone)
        }
        let states = Set(context.watched.compactMap(\.progress.incident?.id))
        for (incident, rule) in context.open where !states.contains(incident.id) {
            guard !isWatched(incident, rule, cameras, zones) else { continue }
            plan.decisions.append(
                TargetDecision(
                    ruleID: incident.ruleID, target: incident.target, events: [engine.abandon(incident, at: now)],
                    progress: nil))
        }
        plan.reports = context.reports.compactMap { report($0, context.sites) }
        for camera in context.cameras { expect(camera, context, zones[camera.id] ?? timeZone, &plan) }
        return plan
    }

    /// The report of the newest period that is over; a channel that was just told to take reports begins with the next.
    private func report(_ state: ReportState, _ sites: [Site]) -> ReportDecision? {
        let site = sites.first { $0.id == state.schedule.siteID }
        let period = state.schedule.latest(at: now, in: site?.timeZone ?? timeZone)
        if let until = state.reportedUntil, until >= period.end { return nil }
        return ReportDecision(channelID: state.channelID, period: period, isTold: state.reportedUntil != nil)
    }

    private func timeZones(_ context: ReviewContext) -> [CameraID: TimeZone] {
        let sites = Dictionary(context.sites.map { ($0.id, $0.timeZone) }) { first, _ in first }
        return context.cameras.reduce(into: [:]) { zones, camera in
            zones[camera.id] = camera.siteID.flatMap { sites[$0] } ?? timeZone
        }
    }

    private func troubleSince(_ watched: WatchedTarget, _ context: ReviewContext) -> Date? {
        switch watched.rule.condition {
        case .camera(let trouble):
            guard let status = watched.target.cameraID.flatMap({ context.statuses[$0] }), trouble.matches(status) else {
                return nil
            }
            return status.since
        case .overloaded(let delay):
            let since = oldestWaiting?.addingTimeInterval(delay)
            return since.flatMap { $0 <= now ? $0 : nil }
        case .faces, .share, .compliance: return nil
        }
    }

    /// Whether something may still close the incident.
    private func isWatched(
        _ incident: Incident, _ rule: Rule?, _ cameras: [CameraID: Camera], _ zones: [CameraID: TimeZone]
    ) -> Bool {
        guard let rule, rule.watches(incident.target, among: cameras) else { return false }
        return rule.isActive(at: now, in: incident.cameraID.flatMap { zones[$0] } ?? timeZone)
    }

    /// Counts the pictures that the camera's sampling asks for, minute by minute, whether the system ran or not. A camera
    /// that is switched off is asked for none.
    private func expect(_ camera: Camera, _ context: ReviewContext, _ timeZone: TimeZone, _ plan: inout AnalysisPlan) {
        let end = (now.timeIntervalSince1970 / 60).rounded(.down)
        let begin = context.expectedUntil[camera.id].map { ($0.timeIntervalSince1970 / 60).rounded() }
        guard let begin, camera.isEnabled else {
            if begin != end { plan.expectedUntil[camera.id] = Date(timeIntervalSince1970: end * 60) }
            return
        }
        let until = min(end, begin + Double(Self.minutesAReview))
        guard begin < until else { return }
        let buckets = StatisticsBuckets(timeZone: timeZone)
        var sums: [BucketStart: Int] = [:]
        for minute in stride(from: begin, to: until, by: 1) {
            let pictures = camera.sampling.pictures(from: minute * 60, to: (minute + 1) * 60)
            guard pictures > 0 else { continue }
            for bucket in buckets.starts(for: Date(timeIntervalSince1970: minute * 60)) {
                sums[bucket, default: 0] += pictures
            }
        }
        plan.counts += sums.map { bucket, pictures in
            StatisticsBucket(
                cameraID: camera.id, interval: bucket.interval, start: bucket.start,
                counts: SightingCounts(expected: pictures))
        }
        plan.expectedUntil[camera.id] = Date(timeIntervalSince1970: until * 60)
    }
}

extension Sampling {
    /// How many pictures are to be taken in that time, in seconds since 1970.
    fileprivate func pictures(from start: Double, to end: Double) -> Int {
        Int((end / every).rounded(.down) - (start / every).rounded(.down)) * shots
    }
}
