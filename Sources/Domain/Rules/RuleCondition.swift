/// What a rule looks for. A face that is `unknown` never counts.
package enum RuleCondition: Hashable, Sendable {
    /// At least so many faces without a mask in one picture.
    case faces(FacesCondition)
    /// At least such a share of the judged faces of one picture.
    case share(ShareCondition)
    /// Less than such a share of masks worn correctly over a stretch of time.
    case compliance(ComplianceCondition)
    /// A camera gives no, late or covered pictures.
    case camera(CameraTrouble)
    /// Pictures wait longer than so many seconds to be looked at.
    case overloaded(delay: Double)

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case faces, share, compliance, camera, overloaded
    }

    package var kind: Kind {
        switch self {
        case .faces: .faces
        case .share: .share
        case .compliance: .compliance
        case .camera: .camera
        case .overloaded: .overloaded
        }
    }

    package var isOfSystem: Bool { kind == .overloaded }
    /// Whether pictures decide on it, and not the state of cameras or of the system.
    package var isOfPictures: Bool {
        switch self {
        case .faces, .share, .compliance: true
        case .camera, .overloaded: false
        }
    }

    /// Whether a mask worn wrongly violates the rule like no mask at all.
    package var countsIncorrect: Bool {
        switch self {
        case .faces(let condition): condition.countsIncorrect
        case .share(let condition): condition.countsIncorrect
        case .compliance: true
        case .camera, .overloaded: false
        }
    }

    /// Where a picture stands: between the two thresholds it says neither that the rule is broken nor that it is kept.
    package enum Level: Hashable, Sendable {
        case violating, between, clear
    }

    /// - Parameters:
    ///   - violating: faces that violate the rule.
    ///   - judged: faces that are not `unknown`.
    package func level(violating: Int, judged: Int) -> Level {
        switch self {
        case .faces(let condition): condition.level(violating: violating)
        case .share(let condition): condition.level(violating: violating, judged: judged)
        case .compliance(let condition): condition.level(violating: violating, judged: judged)
        case .camera, .overloaded: violating > 0 ? .violating : .clear
        }
    }
}

package enum CameraTrouble: String, Codable, Sendable, CaseIterable {
    /// No connection.
    case offline
    /// Connected, but pictures are late, refused or cannot be kept.
    case degraded
    /// Its pictures show nothing: covered, dark, or of one colour.
    case covered

    package func matches(_ status: CameraStatus) -> Bool {
        switch self {
        case .offline: status.state == .offline
        case .degraded: status.state == .degraded
        case .covered: status.state == .degraded && status.reason?.code == .rejected
        }
    }
}

package struct FacesCondition: Hashable, Sendable, Codable {
    package var minimumFaces: Int
    /// A picture with at most so many violating faces counts as clear.
    package var releaseFaces: Int
    package var countsIncorrect: Bool

    /// - Parameter releaseFaces: nil for one less than `minimumFaces`.
    package init(minimumFaces: Int = 1, releaseFaces: Int? = nil, countsIncorrect: Bool = false) {
        self.minimumFaces = minimumFaces
        self.releaseFaces = releaseFaces ?? minimumFaces - 1
        self.countsIncorrect = countsIncorrect
    }

    func level(violating: Int) -> RuleCondition.Level {
        violating >= minimumFaces ? .violating : violating <= releaseFaces ? .clear : .between
    }
}

package struct ShareCondition: Hashable, Sendable, Codable {
    /// 0...1, of the judged faces.
    package var minimumShare: Double
    /// Fewer judged faces than this break no rule.
    package var minimumFaces: Int
    /// A picture with at most this share counts as clear; one without faces has the share 0.
    package var releaseShare: Double
    package var countsIncorrect: Bool

    package init(minimumShare: Double, minimumFaces: Int, releaseShare: Double, countsIncorrect: Bool = false) {
        self.minimumShare = minimumShare
        self.minimumFaces = minimumFaces
        self.releaseShare = releaseShare
        self.countsIncorrect = countsIncorrect
    }

    func level(violating: Int, judged: Int) -> RuleCondition.Level {
        let share = judged == 0 ? 0 : Double(violating) / Double(judged)
        if judged >= minimumFaces, judged > 0, share >= minimumShare { return .violating }
        return share <= releaseShare ? .clear : .between
    }
}

package struct ComplianceCondition: Hashable, Sendable, Codable {
    /// The rule is broken while the share of masks worn correctly is below this, 0...1.
    package var below: Double
    /// Seconds of the past that count.
    package var window: Double
    /// Fewer judged faces in the window than this break no rule.
    package var minimumFaces: Int
    /// The rule is kept again from this share on, 0...1.
    package var release: Double

    package init(below: Double, window: Double, minimumFaces: Int, release: Double) {
        self.below = below
        self.window = window
        self.minimumFaces = minimumFaces
        self.release = release
    }

    /// Both counts are those of the whole window.
    func level(violating: Int, judged: Int) -> RuleCondition.Level {
        guard judged > 0 else { return .clear }
        let compliance = Double(judged - violating) / Double(judged)
        if judged >= minimumFaces, compliance < below { return .violating }
        return compliance >= release ? .clear : .between
    }
}

/// `{"kind": "faces", "minimum_faces": 2, ...}`: the kind beside the numbers that it has.
extension RuleCondition: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, trouble, delay
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .faces: .faces(try FacesCondition(from: decoder))
            case .share: .share(try ShareCondition(from: decoder))
            case .compliance: .compliance(try ComplianceCondition(from: decoder))
            case .camera: .camera(try container.decode(CameraTrouble.self, forKey: .trouble))
            case .overloaded: .overloaded(delay: try container.decode(Double.self, forKey: .delay))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .faces(let condition): try condition.encode(to: encoder)
        case .share(let condition): try condition.encode(to: encoder)
        case .compliance(let condition): try condition.encode(to: encoder)
        case .camera(let trouble): try container.encode(trouble, forKey: .trouble)
        case .overloaded(let delay): try container.encode(delay, forKey: .delay)
        }
    }
}
