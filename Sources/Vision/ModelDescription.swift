/// `model.json` of a model package; docs/model-package.md says what each key means.
package struct ModelDescription: Sendable, Hashable, Codable {
    package static let format = 1

    package enum Task: String, Sendable, Codable {
        case faceDetection = "face-detection"
        case maskClassification = "mask-classification"
    }

    package struct Input: Sendable, Hashable, Codable {
        package var name: String
        package var layout: String
        package var channels: String
        package var type: String
        /// Detector: both sides are multiples of it.
        package var multiple: Int?
        /// Detector: pixels.
        package var longestSide: Int?
        /// Detector: the largest scale; smaller pictures are not blown up further. Nil for no bound.
        package var enlarge: Float?
        /// Detector: the longest sides at which a picture is looked at; nil for `longestSide` alone.
        package var looks: [Int]?
        /// Classifier: pixels. Detector: only if the network takes no other size.
        package var height: Int?
        package var width: Int?
        /// Pictures the network takes at once, if it takes no other number.
        package var batch: Int?

        package init(name: String) {
            self.name = name
            (layout, channels, type) = ("NHWC", "RGB", "U8")
        }

        /// Detector: the longest side of each look at a picture.
        package var sides: [Int] { looks ?? [longestSide ?? 1024] }
    }

    /// One YOLO head.
    package struct Head: Sendable, Hashable, Codable {
        package var output: String
        /// Pixels of the input a cell.
        package var stride: Int
        /// Width and height in pixels of the input.
        package var anchors: [[Float]]
        package var scaleXY: Float
        /// Whether sizes are `(2 * sigmoid(t))^2` and not `exp(t)` times the anchor.
        package var newCoords: Bool?

        package init(output: String, stride: Int, anchors: [[Float]], scaleXY: Float, newCoords: Bool? = nil) {
            self.output = output
            self.stride = stride
            self.anchors = anchors
            self.scaleXY = scaleXY
            self.newCoords = newCoords
        }
    }

    package struct Thresholds: Sendable, Hashable, Codable {
        package var score: Float?
        package var nmsIou: Float?
        /// `greedy`, the default, or `distance`: then `nms_beta` says how much far centres count (darknet's `diounms`).
        package var nmsKind: String?
        package var nmsBeta: Float?
        package var unknownBelow: Float?
        package var minimumSize: Float?

        package init() {}
    }

    package struct Crop: Sendable, Hashable, Codable {
        package var margin: Float
        /// Whether a face is looked at mirrored, too; the logits are averaged.
        package var mirrored: Bool?

        package init(margin: Float) { self.margin = margin }
    }

    package struct File: Sendable, Hashable, Codable {
        package var path: String
        package var format: String
        package var precision: String?
        package var sha256: String

        package init(path: String, format: String, precision: String?, sha256: String) {
            self.path = path
            self.format = format
            self.precision = precision
            self.sha256 = sha256
        }
    }

    package var format: Int
    package var name: String
    package var version: String
    package var task: Task
    package var description: String?
    package var license: String?
    package var input: Input
    package var labels: [String]
    /// Detector: which labels are faces; nil if all are.
    package var faceLabels: [String]?
    package var heads: [Head]?
    package var output: String?
    package var thresholds: Thresholds
    package var temperature: Float?
    package var crop: Crop?
    package var files: [File]

    package init(name: String, version: String, task: Task, input: Input, labels: [String]) {
        format = Self.format
        self.name = name
        self.version = version
        self.task = task
        self.input = input
        self.labels = labels
        thresholds = Thresholds()
        files = []
    }

    /// Positions of the labels that are faces.
    var faceClasses: [Int] {
        guard let faceLabels else { return Array(labels.indices) }
        return labels.indices.filter { faceLabels.contains(labels[$0]) }
    }
}
