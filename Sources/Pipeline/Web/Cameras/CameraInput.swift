import Domain
import Foundation

/// A camera as the user describes it.
struct CameraInput: Sendable {
    let name: String
    let source: CameraSource
    let sampling: Sampling
    let isEnabled: Bool
    let siteID: SiteID?

    /// - Parameters:
    ///   - stored: the camera that is changed; what is left out stays as it is there.
    ///   - sites: those that may be named.
    init(_ reader: inout FieldReader, stored: Camera? = nil, sites: Set<SiteID> = [], rules: AddressRules) {
        name = reader.text("name", .name)
        source =
            reader.nested("source", isNeeded: true) {
                CameraSourceInput(&$0, stored: stored?.source, rules: rules).value
            } ?? CameraSource(address: "")
        let before = stored?.sampling ?? Sampling()
        sampling = reader.nested("sampling", isNeeded: false) { Sampling(&$0, before: before) } ?? before
        isEnabled = reader.flag("is_enabled", fallback: stored?.isEnabled ?? true)
        switch reader.optionalText("site_id", .moment) {
        case .absent: siteID = stored?.siteID
        case .null: siteID = nil
        case .value(let text):
            siteID = SiteID(text).flatMap { sites.contains($0) ? $0 : nil }
            if siteID == nil { reader.fail("site_id", "This site is not there any more.") }
        }
    }

    func camera(changing stored: Camera? = nil, at now: Date) -> Camera {
        Camera(
            id: stored?.id ?? CameraID(at: now), name: name, source: source, sampling: sampling,
            isEnabled: isEnabled, siteID: siteID, zones: stored?.zones ?? [], createdAt: stored?.createdAt ?? now,
            updatedAt: now)
    }
}

extension Sampling {
    init(_ reader: inout FieldReader, before: Sampling) {
        self.init(
            every: reader.number("every", in: Self.everyRange, fallback: before.every),
            shots: reader.integer("shots", in: Self.shotsRange, fallback: before.shots),
            spacing: reader.number("spacing", in: Self.spacingRange, fallback: before.spacing),
            mode: reader.choice("mode", fallback: before.mode))
        if shots > 1, !reader.hasError("spacing"), Double(shots - 1) * spacing >= every {
            reader.fail("spacing", "The shots of one burst must fit before the next burst begins.")
        }
    }
}
