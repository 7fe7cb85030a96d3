/// `model.json` of a model package; docs/model-package.md says what each key means.
package struct ModelDescription: Sendable, Hashable, Decodable {
    package static let format = 1

    package enum Task: String, Sendable, Decodable {
        case faceDetection = "face-detection"
        case maskClassification = "mask-classification"
    }

    package struct Input: Sendable, Hashable, Decodable {
        package var name: String
        package var layout: String
        package var channels: String
        package var type: String
        /// Detector: both sides are multiples of it.
        package var multiple: Int?
        /// Detector: pixels.
        package var longestSide: Int?
        /// Classifier: pixels.
        package var height: Int?
        package var width: Int?
    }

    /// One YOLO head.
    package struct Head: Sendable, Hashable, Decodable {
        package var output: String
        /// Pixels of the input a cell.
        package var stride: Int
        /// Width and height in pixels of the input.
        package var anchors: [[Float]]
        package var scaleXY: Float
        /// Whether sizes are `(2 * sigmoid(t))^2` and not `exp(t)` times the anchor.
        package var newCoords: Bool?
    }

    package struct Thresholds: Sendable, Hashable, Decodable {
        package var score: Float?
        package var nmsIou: Float?
        package var unknownBelow: Float?
        package var minimumSize: Float?
    }

    package struct Crop: Sendable, Hashable, Decodable {
        package var margin: Float
    }

    package struct File: Sendable, Hashable, Decodable {
        package var path: String
        package var format: String
        package var precision: String?
        package var sha256: String
    }

    package var format: Int
    package var name: String
    package var version: String
    package var task: Task
    package var description: String?
    package var license: String?
    package var input: Input
    package var labels: [String]
    package var heads: [Head]?
    package var output: String?
    package var thresholds: Thresholds
    package var temperature: Float?
    package var crop: Crop?
    package var files: [File]
}
