package import Foundation

/// A rule fed with pictures of the past, in the order in which they were taken.
package struct RuleReplay {
    package private(set) var incidents: [Incident] = []
    /// Messages that its limits would have let through.
    package private(set) var messages = 0
    private let rule: Rule
    private let cameras: [CameraID: Camera]
    private let timeZone: (Camera) -> TimeZone
    private let engine = RuleEngine()
    private var progress: [RuleTarget: RuleProgress] = [:]
    private var budget = MessageBudget()
    private var burst: [CameraID: [Observation]] = [:]

    package init(rule: Rule, cameras: [Camera], timeZone: @escaping (Camera) -> TimeZone) {
        self.rule = rule
        self.cameras = Dictionary(cameras.map { ($0.id, $0) }) { first, _ in first }
        self.timeZone = timeZone
    }

    package mutating func feed(_ observation: Observation) {
        guard let camera = cameras[observation.cameraID] else { return }
        let shots = burst[camera.id, default: []].filter { $0.burst?.id == observation.burst?.id && $0.burst != nil }
        let scene = RuleScene(observation, shots: shots, zones: camera.zones)
        burst[camera.id] = observation.burst == nil ? [] : shots + [observation]
        let isActive = rule.isActive(at: scene.takenAt, in: timeZone(camera))
        for target in rule.targets(of: camera) {
            let decision = engine.decide(
                rule, progress[target] ?? RuleProgress(), scene.picture(for: rule, on: target), on: target,
                isActive: isActive)
            progress[target] = decision.progress
            for event in decision.events { note(event, at: observation.takenAt) }
        }
        if budget.summary(rule: rule, at: observation.takenAt) != nil { messages += 1 }
    }

    private mutating func note(_ event: RuleDecision.Event, at time: Date) {
        if let index = incidents.lastIndex(where: { $0.id == event.incident.id }) {
            incidents[index] = event.incident
        } else {
            incidents.append(event.incident)
        }
        if event.notifies, budget.admit(event.event, of: event.incident, rule: rule, at: time) { messages += 1 }
    }
}
