package import Foundation

/// A picture with the other shots of its burst, seen through the zones of its camera.
package struct RuleScene: Sendable {
    /// When the picture, or its burst, began.
    package let takenAt: Date
    private let observation: Observation
    private let shots: [Observation]
    private let zones: [Zone]
    private let sightings: [Burst.Sighting]

    /// - Parameter shots: the other shots of the burst that are known.
    package init(_ observation: Observation, shots others: [Observation] = [], zones: [Zone]) {
        self.observation = observation
        self.zones = zones
        shots = others + [observation]
        takenAt = observation.burst?.id.time ?? observation.takenAt
        sightings = Burst(shots).sightings.filter { zones.counts($0.middle) }
    }

    /// The states of what counts in a zone, or in the whole picture.
    package func states(in zone: Zone?) -> [MaskState] {
        sightings.filter { zone?.polygon.contains($0.middle) ?? true }.map(\.mask)
    }

    package func picture(for rule: Rule, on target: RuleTarget) -> RuleProgress.Picture {
        let states = states(in: target.zoneID.flatMap { id in zones.first { $0.id == id } })
        let condition = rule.condition
        let clearest = shots.max { a, b in a.violations(of: condition) < b.violations(of: condition) }
        return RuleProgress.Picture(
            snapshotID: observation.burst?.id ?? observation.snapshotID, evidence: clearest?.snapshotID,
            takenAt: takenAt, violatingFaces: states.count(where: condition.violates),
            judgedFaces: states.count { $0 != .unknown },
            isPending: observation.burst.map { shots.count < $0.shots } ?? false)
    }
}

extension RuleCondition {
    fileprivate func violates(_ state: MaskState) -> Bool {
        state == .without || countsIncorrect && state == .wornIncorrectly
    }
}

extension Observation {
    fileprivate func violations(of condition: RuleCondition) -> Int { faces.count { condition.violates($0.mask) } }
}
