import Domain
import Foundation
import TestSupport
import Testing

extension RandomTests {
    /// What must hold whatever happens: 100,000 random sequences of pictures that come late, twice, or as bursts that are not
    /// complete, for rules of every condition on pictures, and of what people are told of them.
    @Suite("Whatever pictures come", .serialized)
    struct RuleInvariantTests {
        private static let sequences = 100_000
        private static let parts = 20
        private static let start = Date(timeIntervalSince1970: 1_800_000_000)
        private static let camera = CameraID()
        private static let snapshots = (0..<16).map { SnapshotID(at: start + Double($0) * 10) }

        @Test(
            "a rule has one open incident at most, each with its confirmation; messages keep to every limit, and none is lost",
            arguments: 0..<parts)
        func invariants(part: Int) {
            var random = SeededGenerator(seed: UInt64(1000 + part))
            for number in 0..<Self.sequences / Self.parts {
                var run = Run(
                    rule: Self.rule(&random), overall: .overall(perHour: Int.random(in: 1...4, using: &random)))
                for picture in Self.pictures(&random) { run.feed(picture) }
                run.end()
                if let fault = run.fault {
                    Issue.record("part \(part), sequence \(number): \(fault); \(run.rule.condition)")
                    return
                }
            }
        }

        private static func rule(_ random: inout SeededGenerator) -> Rule {
            let minimum = Int.random(in: 1...3, using: &random)
            let conditions: [RuleCondition] = [
                .faces(
                    FacesCondition(minimumFaces: minimum, releaseFaces: Int.random(in: 0..<minimum, using: &random))),
                .share(ShareCondition(minimumShare: 0.5, minimumFaces: minimum, releaseShare: 0.3)),
                .compliance(ComplianceCondition(below: 0.6, window: 30, minimumFaces: minimum, release: 0.7)),
            ]
            func confirmation(_ random: inout SeededGenerator) -> RuleConfirmation {
                let count = Int.random(in: 1...3, using: &random)
                if Int.random(in: 0..<3, using: &random) == 0 { return .seconds(Double(count - 1) * 10) }
                return .pictures(count, of: Int.random(in: count...4, using: &random))
            }
            return Rule(
                name: "any", condition: conditions.randomElement(using: &random) ?? conditions[0],
                confirmation: confirmation(&random), release: confirmation(&random),
                limits: MessageLimits(
                    coolDown: [0, 30, 90].randomElement(using: &random) ?? 0,
                    perHour: [nil, 1, 2].randomElement(using: &random) ?? nil))
        }

        /// One every ten seconds, some swapped with their neighbours, some twice.
        private static func pictures(_ random: inout SeededGenerator) -> [RuleProgress.Picture] {
            var pictures = (0..<Int.random(in: 4...16, using: &random)).map { index in
                let judged = Int.random(in: 0...3, using: &random)
                return RuleProgress.Picture(
                    snapshotID: snapshots[index], takenAt: start + Double(index) * 10,
                    violatingFaces: Int.random(in: 0...judged, using: &random), judgedFaces: judged,
                    isPending: Int.random(in: 0..<8, using: &random) == 0)
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: 1..<pictures.count, using: &random)
                if Bool.random(using: &random) {
                    pictures.swapAt(index, index - 1)
                } else {
                    pictures.insert(pictures[index], at: index)
                }
            }
            return pictures
        }

        /// A rule with all that its pictures bring about, and the first thing that should not be.
        private struct Run {
            let rule: Rule
            let overall: MessageLimits
            private(set) var fault: String?
            private var progress = RuleProgress()
            private var open: IncidentID?
            private var budgets: MessageBudgets
            /// Messages that were to be told, and those that were, alone or in a summary.
            private var counts = (offered: 0, told: 0)
            private var sent: [(time: Date, event: IncidentEvent, isOfRule: Bool)] = []
            private var now = RuleInvariantTests.start

            init(rule: Rule, overall: MessageLimits) {
                self.rule = rule
                self.overall = overall
                budgets = MessageBudgets(within: overall)
            }

            mutating func feed(_ picture: RuleProgress.Picture) {
                now += 10
                let decision = RuleEngine().decide(rule, progress, picture, on: .camera(RuleInvariantTests.camera))
                progress = decision.progress
                for event in decision.events { check(event) }
                if (open == nil) != (progress.incident == nil) { fault = "what is open is not what was told" }
                sumUp()
            }

            private mutating func check(_ event: RuleDecision.Event) {
                switch event.event {
                case .opened:
                    if open != nil { fault = "two incidents are open" }
                    if !isConfirmed(event) { fault = "an incident without its confirmation" }
                    open = event.incident.id
                case .updated: if open != event.incident.id { fault = "an update of what is not open" }
                case .closed:
                    if open != event.incident.id { fault = "an end of what is not open" }
                    open = nil
                case .summary, .report: fault = "a rule says neither"
                }
                if event.notifies { tell(event) }
            }

            /// Its evidence are the violating pictures of the confirmation.
            private func isConfirmed(_ event: RuleDecision.Event) -> Bool {
                let times = event.evidence.compactMap { RuleInvariantTests.snapshots.firstIndex(of: $0) }.map {
                    $0 * 10
                }
                guard let first = times.min(), let last = times.max(), Set(times).count == times.count else {
                    return false
                }
                switch rule.confirmation {
                case .pictures(let count, let window): return times.count >= count && first <= last && window >= count
                case .seconds(let seconds):
                    return Double(last) - event.incident.openedAt.timeIntervalSince(RuleInvariantTests.start) >= seconds
                }
            }

            private mutating func tell(_ event: RuleDecision.Event) {
                counts.offered += 1
                guard budgets.admit(event.event, of: event.incident, rule: rule, at: now) else { return }
                counts.told += 1
                send(event.event)
            }

            private mutating func sumUp() {
                if let held = budgets.overallSummary(at: now) {
                    counts.told += held.count
                    send(.summary, isOfRule: false)
                }
                guard let held = budgets.summary(of: rule, at: now) else { return }
                counts.told += held.count
                send(.summary)
            }

            private mutating func send(_ event: IncidentEvent, isOfRule: Bool = true) {
                sent.append((now, event, isOfRule))
                let hour = sent.filter { now.timeIntervalSince($0.time) < 3600 }
                if hour.count > overall.perHour ?? .max { fault = "more messages than all rules may send" }
                if hour.count(where: \.isOfRule) > rule.limits.perHour ?? .max {
                    fault = "more messages than the rule may send"
                }
                let isCooling = sent.dropLast().contains {
                    $0.isOfRule && now.timeIntervalSince($0.time) < rule.limits.coolDown
                }
                if event != .closed, isOfRule, isCooling { fault = "a message while the rule cools down" }
            }

            /// Time for what is held back.
            mutating func end() {
                for _ in 0..<4 where budgets.rule.held != nil || budgets.overall.held != nil {
                    now += 3700
                    sumUp()
                }
                if counts.offered != counts.told { fault = "\(counts.offered) messages, \(counts.told) told" }
            }
        }
    }
}
