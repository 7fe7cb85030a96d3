import Foundation

/// The pictures since the last decision, and the open incident.
struct RuleSeries {
    let rule: Rule
    let target: RuleTarget
    private(set) var progress: RuleProgress
    private(set) var events: [RuleDecision.Event] = []

    /// Seconds without a picture after which a state no longer counts as going on, unless the rule asks for more.
    private static let longestGap = 600.0

    init(rule: Rule, target: RuleTarget, progress: RuleProgress) {
        self.rule = rule
        self.target = target
        self.progress = progress
    }

    /// False if the picture changes nothing: it is there already, or was taken before the last decision.
    mutating func insert(_ picture: RuleProgress.Picture) -> Bool {
        if let decided = progress.decidedUntil, picture.takenAt <= decided { return false }
        if let known = progress.pictures.firstIndex(where: { $0.snapshotID == picture.snapshotID }) {
            return revise(known, picture)
        }
        guard let picture = RuleWindow(rule.condition).extend(&progress.window, by: picture) else { return false }
        let place = progress.pictures.lastIndex { Self.isBefore($0, picture) }.map { $0 + 1 } ?? 0
        progress.pictures.insert(picture, at: place)
        return true
    }

    /// Another shot of a burst that is not complete yet.
    private mutating func revise(_ index: Int, _ picture: RuleProgress.Picture) -> Bool {
        guard progress.pictures[index].isPending else { return false }
        var revised = picture
        revised.isCounted = progress.pictures[index].isCounted
        progress.pictures[index] = revised
        return true
    }

    /// A picture may complete a series of violations, and one placed late also the release after it.
    mutating func openAndClose() {
        while true {
            if progress.incident == nil {
                guard let window = decision(rule.confirmation, .violating) else { return }
                open(by: window)
            } else {
                countViolations()
                guard let window = decision(rule.release, .clear) else { return }
                close(at: progress.pictures[window.upperBound].takenAt)
                settle(until: window.upperBound)
            }
        }
    }

    /// What falls out of the window is decided.
    mutating func trim(keeping limit: Int) {
        guard progress.pictures.count > limit else { return }
        let dropped = progress.pictures.count - limit
        if case .seconds = progress.incident == nil ? rule.confirmation : rule.release {
            progress.run = progress.pictures[..<dropped].reduce(progress.run) { continued($0, by: $1) }
        }
        progress.decidedUntil = progress.pictures[dropped - 1].takenAt
        progress.pictures.removeFirst(dropped)
    }

    /// Outside of its hours a rule watches nothing and keeps nothing open.
    mutating func rest(at time: Date) {
        if let decided = progress.decidedUntil, time <= decided { return }
        if let incident = progress.incident {
            guard time > incident.updatedAt else { return }
            close(at: time)
        }
        progress = RuleProgress(incident: progress.incident, decidedUntil: rule.condition.isOfPictures ? time : nil)
    }

    // MARK: States

    mutating func watch(troubleSince: Date?, at now: Date) {
        guard let troubleSince else { return recover(at: now) }
        progress.run = nil
        guard progress.incident == nil, now.timeIntervalSince(troubleSince) >= rule.confirmation.seconds else { return }
        let incident = newIncident(openedAt: min(troubleSince, now), updatedAt: now)
        progress.incident = incident
        events.append(.init(event: .opened, incident: incident, notifies: true))
    }

    private mutating func recover(at now: Date) {
        guard progress.incident != nil else { return progress.run = nil }
        let run = progress.run ?? RuleProgress.Run(isViolating: false, since: now)
        progress.run = run
        guard now.timeIntervalSince(run.since) >= rule.release.seconds else { return }
        close(at: now)
        progress.run = nil
    }

    // MARK: Series

    private func level(_ picture: RuleProgress.Picture) -> RuleCondition.Level {
        rule.condition.level(violating: picture.violatingFaces, judged: picture.judgedFaces)
    }

    private static func isBefore(_ a: RuleProgress.Picture, _ b: RuleProgress.Picture) -> Bool {
        a.takenAt == b.takenAt ? a.snapshotID < b.snapshotID : a.takenAt < b.takenAt
    }

    /// All but bursts at the end that still wait for shots.
    private var decidable: ArraySlice<RuleProgress.Picture> {
        progress.pictures[..<(progress.pictures.lastIndex { !$0.isPending }.map { $0 + 1 } ?? 0)]
    }

    /// The pictures that fulfil the confirmation first, ending with the one that completes it.
    private func decision(
        _ confirmation: RuleConfirmation, _ wanted: RuleCondition.Level
    ) -> ClosedRange<Int>? {
        switch confirmation {
        case .pictures(let count, let last): decision(count, of: last, wanted)
        case .seconds(let seconds): decision(lasting: seconds, wanted)
        }
    }

    private func decision(_ count: Int, of last: Int, _ wanted: RuleCondition.Level) -> ClosedRange<Int>? {
        var hits: [Int] = []
        for (index, picture) in decidable.enumerated() where level(picture) == wanted {
            hits.append(index)
            guard hits.count >= count else { continue }
            let first = hits[hits.count - count]
            if index - first < last { return first...index }
        }
        return nil
    }

    private func decision(lasting seconds: Double, _ wanted: RuleCondition.Level) -> ClosedRange<Int>? {
        var run = progress.run
        var first = 0
        for (index, picture) in decidable.enumerated() {
            let next = continued(run, by: picture, wanted, after: index > 0 ? progress.pictures[index - 1] : nil)
            if next?.since != run?.since { first = index }
            run = next
            if let run, picture.takenAt.timeIntervalSince(run.since) >= seconds { return first...index }
        }
        return nil
    }

    private func continued(_ run: RuleProgress.Run?, by picture: RuleProgress.Picture) -> RuleProgress.Run? {
        continued(run, by: picture, progress.incident == nil ? .violating : .clear, after: nil)
    }

    private func continued(
        _ run: RuleProgress.Run?, by picture: RuleProgress.Picture, _ wanted: RuleCondition.Level,
        after previous: RuleProgress.Picture?
    ) -> RuleProgress.Run? {
        guard level(picture) == wanted else { return nil }
        let gap = previous.map { picture.takenAt.timeIntervalSince($0.takenAt) } ?? 0
        let isViolating = wanted == .violating
        if let run, run.isViolating == isViolating, gap <= Self.longestGap { return run }
        return RuleProgress.Run(isViolating: isViolating, since: picture.takenAt)
    }

    // MARK: Incidents

    private func newIncident(openedAt: Date, updatedAt: Date) -> Incident {
        Incident(
            id: IncidentID(at: openedAt), ruleID: rule.id, ruleName: rule.name, cameraID: target.cameraID,
            zoneID: target.zoneID, severity: rule.severity, openedAt: openedAt, updatedAt: updatedAt, peakFaces: 0,
            pictures: 0, evidence: nil)
    }

    private mutating func open(by window: ClosedRange<Int>) {
        let run = progress.pictures[window]
        let first = run[window.lowerBound].takenAt
        let since =
            progress.run.map { $0.isViolating && window.lowerBound == 0 ? min($0.since, first) : first } ?? first
        progress.incident = newIncident(openedAt: since, updatedAt: run[window.upperBound].takenAt)
        let evidence = run.filter { level($0) == .violating }
        evidence.forEach { add($0) }
        if let incident = progress.incident {
            events.append(
                .init(event: .opened, incident: incident, notifies: true, evidence: evidence.map(\.evidence)))
        }
        settle(until: window.upperBound)
    }

    private mutating func close(at time: Date) {
        guard var incident = progress.incident else { return }
        incident.state = .closed
        incident.closedAt = time
        incident.updatedAt = max(incident.updatedAt, time)
        events.append(.init(event: .closed, incident: incident, notifies: true))
        progress.incident = nil
    }

    private mutating func settle(until last: Int) {
        progress.decidedUntil = progress.pictures[last].takenAt
        progress.pictures.removeFirst(last + 1)
        progress.run = nil
    }

    /// Violating pictures of the open incident; people are told again only when it got worse.
    private mutating func countViolations() {
        for index in decidable.indices where !progress.pictures[index].isCounted {
            let picture = progress.pictures[index]
            guard level(picture) == .violating, let before = progress.incident else { continue }
            progress.pictures[index].isCounted = true
            add(picture)
            guard let incident = progress.incident else { return }
            let isWorse = incident.peakFaces > before.peakFaces
            events.append(
                .init(event: .updated, incident: incident, notifies: isWorse, evidence: [picture.evidence]))
        }
    }

    private mutating func add(_ picture: RuleProgress.Picture) {
        guard var incident = progress.incident else { return }
        incident.pictures += 1
        incident.updatedAt = max(incident.updatedAt, picture.takenAt)
        if picture.violatingFaces > incident.peakFaces || incident.evidence == nil {
            incident.peakFaces = max(incident.peakFaces, picture.violatingFaces)
            incident.evidence = picture.evidence
        }
        progress.incident = incident
    }
}
