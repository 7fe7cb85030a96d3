/// How long something must be so before it counts: for opening an incident and, with its own numbers, for closing it.
package enum RuleConfirmation: Hashable, Sendable {
    /// In so many of the last pictures.
    case pictures(Int, of: Int)
    /// In every picture for so many seconds.
    case seconds(Double)

    /// Pictures that must be remembered.
    var memory: Int { if case .pictures(_, let last) = self { last } else { 1 } }

    /// Seconds for conditions that are not of pictures; 0 where pictures are counted.
    package var seconds: Double { if case .seconds(let seconds) = self { seconds } else { 0 } }
}

/// `{"pictures": 2, "of": 3}` or `{"seconds": 30}`.
extension RuleConfirmation: Codable {
    private enum CodingKeys: String, CodingKey {
        case pictures, of, seconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let seconds = try container.decodeIfPresent(Double.self, forKey: .seconds) {
            self = .seconds(seconds)
        } else {
            let pictures = try container.decode(Int.self, forKey: .pictures)
            self = .pictures(pictures, of: try container.decodeIfPresent(Int.self, forKey: .of) ?? pictures)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .pictures(let pictures, let last):
            try container.encode(pictures, forKey: .pictures)
            try container.encode(last, forKey: .of)
        case .seconds(let seconds): try container.encode(seconds, forKey: .seconds)
        }
    }
}
