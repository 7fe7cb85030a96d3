import Domain
import Foundation

/// A rule as the user describes it.
struct RuleInput: Sendable {
    let rule: Rule

    /// - Parameters:
    ///   - cameras: those there are.
    ///   - stored: the rule that is changed; what is left out stays as it is there.
    init(_ reader: inout FieldReader, cameras: Set<CameraID>, stored: Rule? = nil, at now: Date) {
        let before = stored ?? Rule(id: RuleID(at: now), name: "")
        rule = Rule(
            id: before.id, name: reader.text("name", .name),
            isEnabled: reader.flag("is_enabled", fallback: before.isEnabled),
            cameras: Self.cameras(&reader, known: cameras, before: before.cameras),
            minimumFaces: reader.integer("minimum_faces", in: Rule.facesRange, fallback: before.minimumFaces),
            countsIncorrect: reader.flag("counts_incorrect", fallback: before.countsIncorrect),
            confirmation: reader.integer("confirmation", in: Rule.picturesRange, fallback: before.confirmation),
            release: reader.integer("release", in: Rule.picturesRange, fallback: before.release),
            severity: reader.choice("severity", fallback: before.severity), updatedAt: now)
    }

    private static func cameras(
        _ reader: inout FieldReader, known: Set<CameraID>, before: Set<CameraID>?
    ) -> Set<CameraID>? {
        switch reader.texts("cameras", limit: CameraRoutes.maximumCameras) {
        case .absent: return before
        case .null: return nil
        case .value(let texts):
            let chosen = texts.map { CameraID($0) }
            if texts.isEmpty {
                reader.fail("cameras", "Choose at least one camera, or all of them (null).")
            } else if !chosen.allSatisfy({ $0.map(known.contains) ?? false }) {
                reader.fail("cameras", "One of these cameras is not there any more.")
            }
            return Set(chosen.compactMap { $0 })
        }
    }
}
