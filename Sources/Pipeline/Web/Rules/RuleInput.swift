import Domain
import Foundation

/// What a rule may name.
struct RuleSurroundings: Sendable {
    let cameras: Set<CameraID>
    let sites: Set<SiteID>
    let zones: Set<ZoneID>

    init(cameras: [Camera], sites: [Site]) {
        self.cameras = Set(cameras.map(\.id))
        self.sites = Set(sites.map(\.id))
        zones = Set(cameras.flatMap(\.zones).filter { $0.kind == .count }.map(\.id))
    }
}

/// A rule as the user describes it.
struct RuleInput: Sendable {
    let rule: Rule

    /// - Parameter stored: the rule that is changed; what is left out stays as it is there.
    init(_ reader: inout FieldReader, among there: RuleSurroundings, stored: Rule? = nil, at now: Date) {
        var rule = stored ?? Rule(id: RuleID(at: now), name: "", limits: MessageLimits(coolDown: 300, perHour: 20))
        rule.name = reader.text("name", .name)
        rule.isEnabled = reader.flag("is_enabled", fallback: rule.isEnabled)
        Self.readScope(&reader, &rule, there)
        rule.condition = RuleCondition(&reader) ?? rule.condition
        rule.confirmation = reader.confirmation("confirmation", before: rule.confirmation, for: rule.condition)
        rule.release = reader.confirmation("release", before: rule.release, for: rule.condition)
        rule.severity = reader.choice("severity", fallback: rule.severity)
        rule.schedule = reader.schedule("schedule", before: rule.schedule)
        rule.limits =
            reader.nested("limits", isNeeded: false) { [limits = rule.limits] in
                MessageLimits(&$0, before: limits)
            } ?? rule.limits
        rule.snoozedUntil = reader.moment("snoozed_until", before: rule.snoozedUntil)
        rule.updatedAt = now
        self.rule = rule
    }

    private static func readScope(_ reader: inout FieldReader, _ rule: inout Rule, _ there: RuleSurroundings) {
        rule.cameras = reader.identities("cameras", among: there.cameras, before: rule.cameras, gone: "cameras")
        rule.sites = reader.identities("sites", among: there.sites, before: rule.sites, gone: "sites") ?? []
        rule.zones = reader.identities("zones", among: there.zones, before: rule.zones, gone: "zones") ?? []
        if rule.cameras?.isEmpty == true, rule.sites.isEmpty, rule.zones.isEmpty, !reader.hasError("cameras") {
            reader.fail("cameras", "Choose at least one camera, site or zone, or all cameras (null).")
        }
    }
}

extension FieldReader {
    /// Null and absence mean what they mean to the rule; what was chosen before may stay although it is gone.
    fileprivate mutating func identities<Entity>(
        _ name: String, among known: Set<Identifier<Entity>>, before: Set<Identifier<Entity>>?, gone: String
    ) -> Set<Identifier<Entity>>? {
        switch texts(name, limit: CameraRoutes.maximumCameras) {
        case .absent: return before
        case .null: return nil
        case .value(let texts):
            let chosen = texts.map { Identifier<Entity>($0) }
            let allowed = known.union(before ?? [])
            if !chosen.allSatisfy({ $0.map(allowed.contains) ?? false }) {
                fail(name, "One of these \(gone) is not there any more.")
            }
            return Set(chosen.compactMap { $0 })
        }
    }

    fileprivate mutating func confirmation(
        _ name: String, before: RuleConfirmation, for condition: RuleCondition
    ) -> RuleConfirmation {
        let read = nested(name, isNeeded: false) { reader -> RuleConfirmation in
            if reader.has("seconds") {
                return .seconds(reader.number("seconds", in: Rule.secondsRange, fallback: nil))
            }
            let pictures = reader.integer("pictures", in: Rule.picturesRange, fallback: nil)
            let last = reader.integer("of", in: Rule.picturesRange, fallback: pictures)
            if last < pictures, !reader.hasError("of") {
                reader.fail("of", "This must not be less than the number of pictures.")
            }
            return .pictures(pictures, of: max(last, pictures))
        }
        guard !condition.isOfPictures else { return read ?? before }
        if case .pictures = read { fail(name, "This condition lasts for seconds: it has no pictures to count.") }
        if case .seconds = read ?? before { return read ?? before }
        return .seconds(0)
    }
}

extension MessageLimits {
    fileprivate init(_ reader: inout FieldReader, before: MessageLimits) {
        self.init(
            coolDown: reader.number("cool_down", in: Self.coolDownRange, fallback: before.coolDown),
            perHour: reader.isNull("per_hour")
                ? nil
                : reader.has("per_hour")
                    ? reader.integer("per_hour", in: Self.perHourRange, fallback: nil) : before.perHour)
    }
}
