package import Foundation

/// What `evaluate --json` prints. A figure is nil (`null`) if the annotations give nothing to compute it from.
package struct EvaluationReport: Sendable, Hashable {
    package let images: Int
    /// Annotated ones, crowd regions left out.
    package let faces: Int
    /// COCO average precision (101 points) at IoU 0.5.
    package let ap50: Double?
    /// By height of the face in pixels of the picture; faces of other heights are ignored.
    package let ap50ByHeight: [String: Double?]
    /// The mean over IoU 0.50:0.95.
    package let ap: Double?
    /// The mean of `ap50ByClass`.
    package let map50: Double?
    /// By category; a face counts for each by its score times the category's probability.
    package let ap50ByClass: [String: Double]
    /// Right answers among answers, for faces that were found; `unknown` is no answer.
    package let accuracy: Double?
    package let balancedAccuracy: Double?
    /// Truth, then answer.
    package let confusion: [String: [String: Int]]
    package let seconds: Double

    package static let heights: [(name: String, range: Range<Float>)] = [
        ("0-16", 0..<16), ("16-32", 16..<32), ("32-64", 32..<64), ("64+", 64..<Float.infinity),
    ]

    /// Keys as in the annotations and in DESIGN's table of interfaces, so not by `Domain.JSON`.
    package func json(pretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = pretty ? [.prettyPrinted, .sortedKeys] : [.sortedKeys]
        return try encoder.encode(self)
    }
}

extension EvaluationReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case images, faces, ap50, ap, map50, accuracy, confusion, seconds
        case ap50ByHeight = "ap50_by_height"
        case ap50ByClass = "ap50_by_class"
        case balancedAccuracy = "balanced_accuracy"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(images, forKey: .images)
        try container.encode(faces, forKey: .faces)
        try container.encode(ap50, forKey: .ap50)
        try container.encode(ap50ByHeight, forKey: .ap50ByHeight)
        try container.encode(ap, forKey: .ap)
        try container.encode(map50, forKey: .map50)
        try container.encode(ap50ByClass, forKey: .ap50ByClass)
        try container.encode(accuracy, forKey: .accuracy)
        try container.encode(balancedAccuracy, forKey: .balancedAccuracy)
        try container.encode(confusion, forKey: .confusion)
        try container.encode(seconds, forKey: .seconds)
    }
}
