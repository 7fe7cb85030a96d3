/// Whether a face wears a mask.
package enum MaskState: String, Codable, Sendable, CaseIterable {
    case wornCorrectly = "mask_worn_correctly"
    case wornIncorrectly = "mask_worn_incorrectly"
    case without = "without_mask"
    /// Too small, turned away, covered or too uncertain; never counts as a violation.
    case unknown
}

/// A rectangle in pixels of the picture, from its top left corner.
package struct Box: Hashable, Sendable {
    package var x: Float
    package var y: Float
    package var width: Float
    package var height: Float

    package init(x: Float, y: Float, width: Float, height: Float) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var area: Float { max(0, width) * max(0, height) }

    /// Intersection over union, 0...1.
    package func intersectionOverUnion(_ other: Box) -> Float {
        let overlapWidth = min(x + width, other.x + other.width) - max(x, other.x)
        let overlapHeight = min(y + height, other.y + other.height) - max(y, other.y)
        guard overlapWidth > 0, overlapHeight > 0 else { return 0 }
        let overlap = overlapWidth * overlapHeight
        return overlap / (area + other.area - overlap)
    }
}

/// `[x, y, width, height]` in JSON, as in COCO files.
extension Box: Codable {
    package init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        x = try container.decode(Float.self)
        y = try container.decode(Float.self)
        width = try container.decode(Float.self)
        height = try container.decode(Float.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for value in [x, y, width, height] { try container.encode(value) }
    }
}

/// One face in one picture.
package struct Face: Hashable, Sendable {
    package var box: Box
    /// How sure the detector is, 0...1.
    package var score: Float
    package var mask: MaskState
    /// The classifier's probability of its best label, 0...1.
    package var maskScore: Float
    /// The classifier's probability of every label; empty if the face was not classified.
    package var maskScores: [MaskState: Float]

    package init(box: Box, score: Float, mask: MaskState, maskScore: Float, maskScores: [MaskState: Float]) {
        self.box = box
        self.score = score
        self.mask = mask
        self.maskScore = maskScore
        self.maskScores = maskScores
    }
}

/// By hand because of `maskScores`: its keys are mask states, which the key strategy of `JSON` must leave alone.
extension Face: Codable {
    private enum CodingKeys: String, CodingKey {
        case box, score, mask, maskScore, maskScores
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        box = try container.decode(Box.self, forKey: .box)
        score = try container.decode(Float.self, forKey: .score)
        mask = try container.decode(MaskState.self, forKey: .mask)
        maskScore = try container.decode(Float.self, forKey: .maskScore)
        let scores = try container.decode([String: Float].self, forKey: .maskScores)
        maskScores = scores.reduce(into: [:]) { result, entry in
            if let state = MaskState(rawValue: entry.key) { result[state] = entry.value }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(box, forKey: .box)
        try container.encode(score, forKey: .score)
        try container.encode(mask, forKey: .mask)
        try container.encode(maskScore, forKey: .maskScore)
        let scores = maskScores.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
        try container.encode(scores, forKey: .maskScores)
    }
}
