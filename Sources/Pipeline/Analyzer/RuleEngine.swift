package import Domain
package import Persistence

/// Decides what a picture does to a rule on a camera. Pure: the time is the picture's.
///
/// Pictures count in the order in which they were taken, whatever the order of their arrival. A late picture takes its
/// place in the series as long as nothing was decided after it; decisions are never taken back.
package struct RuleEngine: Sendable {
    /// Pictures kept beyond what a decision needs, so that late ones find their place.
    package static let slack = 32

    package init() {}

    package func decide(_ rule: Rule, _ progress: RuleProgress, _ observation: Observation) -> RuleDecision {
        var series = RuleSeries(rule: rule, progress: progress)
        let picture = RuleProgress.Picture(
            snapshotID: observation.snapshotID, takenAt: observation.takenAt,
            violatingFaces: rule.violatingFaces(in: observation))
        guard series.insert(picture) else { return RuleDecision(progress: progress) }
        series.openAndClose(camera: observation.cameraID)
        series.trim(keeping: max(rule.confirmation, rule.release) + Self.slack)
        return RuleDecision(progress: series.progress, events: series.events)
    }
}

/// The pictures since the last decision, and the open incident.
struct RuleSeries {
    let rule: Rule
    private(set) var progress: RuleProgress
    private(set) var events: [RuleDecision.Event] = []

    init(rule: Rule, progress: RuleProgress) {
        self.rule = rule
        self.progress = progress
    }

    /// False if the picture is already there or was taken before the last decision.
    mutating func insert(_ picture: RuleProgress.Picture) -> Bool {
        if let decided = progress.decidedUntil, picture.takenAt <= decided { return false }
        guard !progress.pictures.contains(where: { $0.snapshotID == picture.snapshotID }) else { return false }
        let place = progress.pictures.firstIndex { Self.isBefore(picture, $0) } ?? progress.pictures.endIndex
        progress.pictures.insert(picture, at: place)
        if isViolating(picture) { count(picture) }
        return true
    }

    /// A picture may complete a series of violations, and one placed late also the release after it.
    mutating func openAndClose(camera: CameraID) {
        while true {
            if progress.incident == nil {
                guard let last = endOfRun(of: rule.confirmation, violating: true) else { return }
                open(until: last, camera: camera)
            } else {
                guard let last = endOfRun(of: rule.release, violating: false) else { return }
                close(at: last)
            }
        }
    }

    /// What falls out of the window is decided.
    mutating func trim(keeping limit: Int) {
        guard progress.pictures.count > limit else { return }
        let dropped = progress.pictures.count - limit
        progress.decidedUntil = progress.pictures[dropped - 1].takenAt
        progress.pictures.removeFirst(dropped)
    }

    private func isViolating(_ picture: RuleProgress.Picture) -> Bool { picture.violatingFaces >= rule.minimumFaces }

    private static func isBefore(_ a: RuleProgress.Picture, _ b: RuleProgress.Picture) -> Bool {
        (a.takenAt, a.snapshotID) < (b.takenAt, b.snapshotID)
    }

    /// The index of the picture that completes the first run of `length` pictures in a row.
    private func endOfRun(of length: Int, violating: Bool) -> Int? {
        var run = 0
        for (index, picture) in progress.pictures.enumerated() {
            run = isViolating(picture) == violating ? run + 1 : 0
            if run == length { return index }
        }
        return nil
    }

    private mutating func open(until last: Int, camera: CameraID) {
        let run = progress.pictures[(last - rule.confirmation + 1)...last]
        let later = progress.pictures[(last + 1)...]
        let first = run[run.startIndex]
        progress.incident = Incident(
            id: IncidentID(at: first.takenAt), ruleID: rule.id, ruleName: rule.name, cameraID: camera,
            severity: rule.severity, openedAt: first.takenAt, updatedAt: run[last].takenAt, peakFaces: 0, pictures: 0,
            evidence: first.snapshotID)
        run.forEach { add($0) }
        if let incident = progress.incident { events.append(.init(event: .opened, incident: incident, notifies: true)) }
        later.filter(isViolating).forEach { count($0) }
        settle(until: last)
    }

    private mutating func close(at last: Int) {
        guard var incident = progress.incident else { return }
        let time = progress.pictures[last].takenAt
        incident.state = .closed
        incident.closedAt = time
        incident.updatedAt = max(incident.updatedAt, time)
        events.append(.init(event: .closed, incident: incident, notifies: true))
        progress.incident = nil
        settle(until: last)
    }

    private mutating func settle(until last: Int) {
        progress.decidedUntil = progress.pictures[last].takenAt
        progress.pictures.removeFirst(last + 1)
    }

    /// A violating picture of the open incident; people are told again only when it got worse.
    private mutating func count(_ picture: RuleProgress.Picture) {
        guard let before = progress.incident else { return }
        add(picture)
        guard let incident = progress.incident else { return }
        let isWorse = incident.peakFaces > before.peakFaces
        events.append(.init(event: .updated, incident: incident, notifies: isWorse))
    }

    private mutating func add(_ picture: RuleProgress.Picture) {
        guard var incident = progress.incident else { return }
        incident.pictures += 1
        incident.updatedAt = max(incident.updatedAt, picture.takenAt)
        if picture.violatingFaces > incident.peakFaces {
            incident.peakFaces = picture.violatingFaces
            incident.evidence = picture.snapshotID
        }
        progress.incident = incident
    }
}
