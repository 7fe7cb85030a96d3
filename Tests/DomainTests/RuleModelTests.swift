import Domain
import Foundation
import TestSupport
import Testing

/// Suites that run for long, one after the other: beside them every other test has a core left.
@Suite("At random", .serialized)
enum RandomTests {}

extension RandomTests {
    /// 100,000 random sequences: each a random rule and the pictures of a camera. One part after the other, so that the tests
    /// beside it are not starved.
    @Suite("The rule engine and a simple model", .serialized)
    struct RuleModelTests {
        private static let sequences = 100_000
        private static let parts = 20

        @Test("agree on when incidents open and close, over 100,000 random sequences", arguments: 0..<parts)
        func agree(part: Int) {
            var random = SeededGenerator(seed: UInt64(part))
            for number in 0..<Self.sequences / Self.parts {
                let rule = Self.rule(&random)
                let levels = Self.pictures(&random)
                let events = Self.run(rule, levels)
                let model = RuleModel(rule)
                let expected = model.transitions(levels)
                let transitions = events.filter { $0.event != .updated }
                if transitions.map(\.event) != expected.events || transitions.map(Self.second) != expected.seconds {
                    Issue.record("part \(part), sequence \(number): \(rule.condition) \(levels)")
                    return
                }
                guard Self.areInOrder(events) else {
                    Issue.record(
                        "part \(part), sequence \(number): two incidents are open, or one without confirmation")
                    return
                }
            }
        }

        private static let start = Date(timeIntervalSince1970: 1_800_000_000)
        private static let camera = CameraID()
        private static let snapshots = (0..<12).map { SnapshotID(at: start + Double($0)) }

        /// Seconds after the start at which an incident opened or closed.
        private static func second(_ event: RuleDecision.Event) -> Int {
            let time = event.event == .closed ? event.incident.closedAt ?? .distantPast : event.incident.updatedAt
            return Int(time.timeIntervalSince(start))
        }

        private static func rule(_ random: inout SeededGenerator) -> Rule {
            let minimum = Int.random(in: 1...3, using: &random)
            func confirmation(_ random: inout SeededGenerator) -> RuleConfirmation {
                let count = Int.random(in: 1...3, using: &random)
                if Bool.random(using: &random) { return .seconds(Double(count - 1)) }
                return .pictures(count, of: Int.random(in: count...4, using: &random))
            }
            return Rule(
                name: "model",
                condition: .faces(
                    FacesCondition(minimumFaces: minimum, releaseFaces: Int.random(in: 0..<minimum, using: &random))),
                confirmation: confirmation(&random), release: confirmation(&random))
        }

        private static func pictures(_ random: inout SeededGenerator) -> [Int] {
            (0..<Int.random(in: 4...12, using: &random)).map { _ in Int.random(in: 0...3, using: &random) }
        }

        private static func run(_ rule: Rule, _ counts: [Int]) -> [RuleDecision.Event] {
            let engine = RuleEngine()
            var progress = RuleProgress()
            var events: [RuleDecision.Event] = []
            for (second, faces) in counts.enumerated() {
                let time = start + Double(second)
                let picture = RuleProgress.Picture(
                    snapshotID: snapshots[second], takenAt: time, violatingFaces: faces)
                let decision = engine.decide(rule, progress, picture, on: .camera(camera))
                progress = decision.progress
                events += decision.events
            }
            return events
        }

        /// Never two open at once, none without a violating picture, none changed after its end.
        private static func areInOrder(_ events: [RuleDecision.Event]) -> Bool {
            var open: IncidentID?
            for event in events {
                switch event.event {
                case .opened:
                    guard open == nil, event.incident.pictures > 0, !event.evidence.isEmpty else { return false }
                    open = event.incident.id
                case .updated: guard open == event.incident.id else { return false }
                case .closed:
                    guard open == event.incident.id else { return false }
                    open = nil
                case .summary, .report: return false
                }
            }
            return true
        }
    }
}

/// The same as the engine, said as plainly as can be: looks back over all that was seen since the last decision.
private struct RuleModel {
    private let rule: Rule

    init(_ rule: Rule) { self.rule = rule }

    /// - Parameter counts: violating faces of a picture every second.
    func transitions(_ counts: [Int]) -> (events: [IncidentEvent], seconds: [Int]) {
        var events: [IncidentEvent] = []
        var seconds: [Int] = []
        var isOpen = false
        var since = 0
        for second in counts.indices {
            let wanted: RuleCondition.Level = isOpen ? .clear : .violating
            let hits = counts[since...second].map { rule.condition.level(violating: $0, judged: $0) == wanted }
            guard hits.last == true, isFulfilled(isOpen ? rule.release : rule.confirmation, hits) else { continue }
            events.append(isOpen ? .closed : .opened)
            seconds.append(second)
            isOpen.toggle()
            since = second + 1
        }
        return (events, seconds)
    }

    private func isFulfilled(_ confirmation: RuleConfirmation, _ hits: [Bool]) -> Bool {
        switch confirmation {
        case .pictures(let count, let last): hits.suffix(last).count { $0 } >= count
        case .seconds(let seconds): hits.reversed().prefix { $0 }.count > Int(seconds)
        }
    }
}

@Suite("The limits of messages", .serialized)
struct MessageBudgetTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private struct Sent {
        let time: Double
        let event: IncidentEvent
        let target: String
    }

    @Test("are never passed, and nothing is lost, over 20,000 random sequences", arguments: 0..<20)
    func limits(part: Int) {
        var random = SeededGenerator(seed: UInt64(100 + part))
        for number in 0..<1000 {
            let limits = MessageLimits(
                coolDown: Double([0, 0, 30, 300].randomElement(using: &random) ?? 0),
                perHour: [nil, 1, 2, 5].randomElement(using: &random) ?? nil)
            let (sent, offered, told) = Self.run(limits, &random)
            guard Self.areWithin(limits, sent), told == offered else {
                Issue.record("part \(part), sequence \(number): \(limits), \(offered) offered, \(told) told")
                return
            }
        }
    }

    /// Random incidents on three cameras, then time for the last summary.
    private static func run(
        _ limits: MessageLimits, _ random: inout SeededGenerator
    ) -> (sent: [Sent], offered: Int, told: Int) {
        var rule = Rule(name: "limits", limits: limits)
        var budget = MessageBudget()
        var (sent, offered, told, time) = ([Sent](), 0, 0, 0.0)
        let cameras = [CameraID(), CameraID(), CameraID()]
        var open: [CameraID: Incident] = [:]
        func sumUp() {
            guard let held = budget.summary(rule: rule, at: start + time) else { return }
            sent.append(Sent(time: time, event: .summary, target: held.latest.target.key))
            told += held.count
        }
        for _ in 0..<40 {
            time += Double(Int.random(in: 1...200, using: &random))
            rule.snoozedUntil = Int.random(in: 0..<10, using: &random) == 0 ? start + time + 100 : rule.snoozedUntil
            let camera = cameras.randomElement(using: &random) ?? cameras[0]
            var incident = open[camera] ?? self.incident(rule, camera, at: start + time)
            let event: IncidentEvent =
                open[camera] == nil ? .opened : Bool.random(using: &random) ? .updated : .closed
            if event == .closed { incident.state = .closed }
            open[camera] = event == .closed ? nil : incident
            offered += 1
            if budget.admit(event, of: incident, rule: rule, at: start + time) {
                told += 1
                sent.append(Sent(time: time, event: event, target: incident.target.key))
                if rule.isSnoozed(at: start + time) { told = .min }
            }
            sumUp()
        }
        for _ in 0..<3 where budget.held != nil {
            time += 3700
            sumUp()
        }
        return (sent, offered, told)
    }

    private static func incident(_ rule: Rule, _ camera: CameraID, at time: Date) -> Incident {
        Incident(
            id: IncidentID(at: time), ruleID: rule.id, ruleName: rule.name, cameraID: camera, severity: .info,
            openedAt: time, updatedAt: time, peakFaces: 1, pictures: 1, evidence: nil)
    }

    private static func areWithin(_ limits: MessageLimits, _ sent: [Sent]) -> Bool {
        for (index, message) in sent.enumerated() {
            let hour = sent[...index].count { message.time - $0.time < 3600 }
            if let perHour = limits.perHour, hour > perHour { return false }
            let isCooling = sent[..<index].contains {
                $0.target == message.target && message.time - $0.time < limits.coolDown
            }
            if message.event != .closed, isCooling { return false }
        }
        return true
    }

    @Test("tell the end of what was told also while a rule cools down")
    func closingPasses() {
        let rule = Rule(name: "a", limits: MessageLimits(coolDown: 600))
        var budget = MessageBudget()
        let known = Self.incident(rule, CameraID(), at: Self.start)
        var admitted: [Bool] = []
        for (event, second) in [(IncidentEvent.opened, 0.0), (.updated, 10), (.closed, 20)] {
            admitted.append(budget.admit(event, of: known, rule: rule, at: Self.start + second))
        }
        #expect(admitted == [true, false, true])
        #expect(budget.held?.count == 1)
    }

    @Test("keep the last message of an hour for the summary of a storm")
    func storm() {
        let rule = Rule(name: "a", limits: MessageLimits(coolDown: 60, perHour: 5))
        var budget = MessageBudget()
        let admitted = (0..<100).count { number in
            let time = Self.start + Double(number) / 10
            return budget.admit(.opened, of: Self.incident(rule, CameraID(), at: time), rule: rule, at: time)
        }
        #expect(admitted == 4)
        let held = budget.summary(rule: rule, at: Self.start + 90)
        #expect(held?.opened == 96)
        #expect(held?.incidents.count == 50)
    }
}
