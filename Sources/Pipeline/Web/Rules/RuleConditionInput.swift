import Domain

extension RuleCondition {
    /// The `condition` of a rule. Its kind may only be left out together with the whole condition; a release threshold that
    /// is left out lies as close as it can.
    init?(_ reader: inout FieldReader) {
        let condition = reader.nested("condition", isNeeded: false) { reader -> RuleCondition in
            switch reader.choice("kind", fallback: Kind?.none) {
            case .faces: .faces(FacesCondition(&reader))
            case .share: .share(ShareCondition(&reader))
            case .compliance: .compliance(ComplianceCondition(&reader))
            case .camera: .camera(reader.choice("trouble", fallback: nil))
            case .overloaded: .overloaded(delay: reader.number("delay", in: 1...3600, fallback: nil))
            }
        }
        guard let condition else { return nil }
        self = condition
    }
}

extension FacesCondition {
    fileprivate init(_ reader: inout FieldReader) {
        let minimum = reader.integer("minimum_faces", in: Rule.facesRange, fallback: nil)
        let release = reader.integer("release_faces", in: 0...Rule.facesRange.upperBound, fallback: minimum - 1)
        if release >= minimum, !reader.hasError("release_faces") {
            reader.fail("release_faces", "This must be less than the number of faces that raises an incident.")
        }
        self.init(
            minimumFaces: minimum, releaseFaces: release,
            countsIncorrect: reader.flag("counts_incorrect", fallback: false))
    }
}

extension ShareCondition {
    fileprivate init(_ reader: inout FieldReader) {
        let share = reader.number("minimum_share", in: 0.01...1, fallback: nil)
        let release = reader.number("release_share", in: 0...1, fallback: share / 2)
        if release >= share, !reader.hasError("release_share") {
            reader.fail("release_share", "This must be less than the share that raises an incident.")
        }
        self.init(
            minimumShare: share, minimumFaces: reader.integer("minimum_faces", in: Rule.facesRange, fallback: 1),
            releaseShare: release, countsIncorrect: reader.flag("counts_incorrect", fallback: false))
    }
}

extension ComplianceCondition {
    fileprivate init(_ reader: inout FieldReader) {
        let below = reader.number("below", in: 0.01...1, fallback: nil)
        let release = reader.number("release", in: 0...1, fallback: below)
        if release < below, !reader.hasError("release") {
            reader.fail("release", "This must not be less than the compliance that raises an incident.")
        }
        self.init(
            below: below, window: reader.number("window", in: 60...86_400, fallback: nil),
            minimumFaces: reader.integer("minimum_faces", in: 1...100_000, fallback: 10), release: release)
    }
}
