package import Foundation

/// How often people are told of a rule.
package struct MessageLimits: Hashable, Sendable, Codable {
    /// Seconds after a message about a camera or zone in which no other incident there is told of.
    package var coolDown: Double
    /// Most messages in any hour, summaries included; nil means no limit.
    package var perHour: Int?

    package static let coolDownRange = 0.0...86_400.0
    package static let perHourRange = 1...1000

    package init(coolDown: Double = 0, perHour: Int? = nil) {
        self.coolDown = coolDown
        self.perHour = perHour
    }

    /// Those of all rules together.
    package static func overall(perHour: Int) -> MessageLimits { MessageLimits(perHour: perHour) }
}

/// What was not told one by one, told together later.
package struct HeldMessages: Hashable, Sendable, Codable {
    package var since: Date
    package var opened = 0
    /// Those that got worse.
    package var updated = 0
    package var closed = 0
    /// At most `maximumIncidents`, in the order of their first message.
    package var incidents: [IncidentID] = []
    /// The latest of them.
    package var latest: Incident

    static let maximumIncidents = 50

    package var count: Int { opened + updated + closed }

    init(since: Date, latest: Incident) {
        self.since = since
        self.latest = latest
    }

    mutating func add(_ event: IncidentEvent, of incident: Incident) {
        switch event {
        case .opened: opened += 1
        case .updated: updated += 1
        case .closed: closed += 1
        case .summary, .report: break
        }
        latest = incident
        if incidents.count < Self.maximumIncidents, !incidents.contains(incident.id) { incidents.append(incident.id) }
    }
}

/// What people have been told of one rule lately, or of all of them, and what waits for the next summary. Every message is
/// either sent or held back; what is held back is summed up as soon as the limits allow.
package struct MessageBudget: Hashable, Sendable, Codable {
    /// Messages of the last hour, oldest first.
    package private(set) var sent: [Date] = []
    /// The last message about every target that may still be cooling down.
    private var lastByTarget: [String: Date] = [:]
    /// Open incidents that people know of.
    private var told: Set<IncidentID> = []
    package private(set) var held: HeldMessages?

    private static let hour = 3600.0
    /// Seconds for which messages are collected before they are summed up.
    private static func collecting(_ limits: MessageLimits) -> Double {
        limits.coolDown > 0 ? min(60, limits.coolDown) : 60
    }

    package init() {}

    package mutating func admit(_ event: IncidentEvent, of incident: Incident, rule: Rule, at now: Date) -> Bool {
        admit(event, of: incident, within: rule.limits, isSnoozed: rule.isSnoozed(at: now), at: now)
    }

    package mutating func summary(rule: Rule, at now: Date) -> HeldMessages? {
        summary(within: rule.limits, isSnoozed: rule.isSnoozed(at: now), at: now)
    }

    /// Whether the message goes out now; if not, it is held back.
    package mutating func admit(
        _ event: IncidentEvent, of incident: Incident, within limits: MessageLimits, isSnoozed: Bool = false,
        at now: Date
    ) -> Bool {
        forget(limits, at: now)
        let isKnown = told.contains(incident.id)
        if event == .closed { told.remove(incident.id) }
        // The end of what people know of is told also while the rule cools down.
        let isWanted = isKnown && event == .closed || lastByTarget[incident.target.key] == nil
        guard isWanted, !isSnoozed, hasRoom(limits, reserve: 1), event != .closed || isKnown else {
            if held == nil { held = HeldMessages(since: now, latest: incident) }
            held?.add(event, of: incident)
            return false
        }
        if event != .closed { told.insert(incident.id) }
        note(incident.target, limits, at: now)
        return true
    }

    /// What was held back, if it may be told now.
    package mutating func summary(
        within limits: MessageLimits, isSnoozed: Bool = false, at now: Date
    ) -> HeldMessages? {
        forget(limits, at: now)
        guard let held, !isSnoozed, hasRoom(limits, reserve: 0),
            now.timeIntervalSince(held.since) >= Self.collecting(limits),
            lastByTarget[held.latest.target.key] == nil
        else { return nil }
        self.held = nil
        tell(held, within: limits, at: now)
        return held
    }

    /// Whether a summary of somebody else may go out now, besides one of its own.
    mutating func admitsSummary(within limits: MessageLimits, at now: Date) -> Bool {
        forget(limits, at: now)
        return hasRoom(limits, reserve: 1)
    }

    /// Counts a summary that goes out.
    mutating func tell(_ held: HeldMessages, within limits: MessageLimits, at now: Date) {
        if held.latest.state == .open { told.insert(held.latest.id) }
        note(held.latest.target, limits, at: now)
    }

    private mutating func note(_ target: RuleTarget, _ limits: MessageLimits, at now: Date) {
        sent.append(now)
        if limits.coolDown > 0 { lastByTarget[target.key] = now }
    }

    private mutating func forget(_ limits: MessageLimits, at now: Date) {
        sent.removeAll { now.timeIntervalSince($0) >= Self.hour }
        if limits.perHour == nil, sent.count > 1 { sent.removeFirst(sent.count - 1) }
        lastByTarget = lastByTarget.filter { now.timeIntervalSince($0.value) < limits.coolDown }
    }

    /// - Parameter reserve: messages of the hour that are left for a summary.
    private func hasRoom(_ limits: MessageLimits, reserve: Int) -> Bool {
        guard let perHour = limits.perHour else { return true }
        return sent.count < (perHour > 1 ? perHour - reserve : perHour)
    }
}
